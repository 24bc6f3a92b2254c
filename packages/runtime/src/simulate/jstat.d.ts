/** The part of jStat that is used here; the package ships no types. */
declare module "jstat" {
  const jstat: {
    readonly gammafn: (x: number) => number;
    readonly studentt: { readonly inv: (probability: number, freedom: number) => number };
  };
  export default jstat;
}
