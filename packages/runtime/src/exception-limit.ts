/**
 * So often may exceptions fire for one job, in a scenario or a simulation, before it is given up:
 * each rule fires once a stay, so what fires as often as this sends the job in a circle, for as
 * long as nobody takes it.
 */
export const mostExceptions = 10_000;
