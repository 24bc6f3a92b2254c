import fc from "fast-check";

/** Properties meet the same cases at each run, here and in CI; `LAW_SEED` looks at others. */
fc.configureGlobal({ seed: Number(process.env.LAW_SEED ?? 20_261_124) });
