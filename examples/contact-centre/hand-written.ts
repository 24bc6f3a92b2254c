/**
 * The decisions of `intake.route` as somebody would write them by hand, rule by rule: what the
 * compiled policy is measured against (speed) and compared with (meaning).
 */
export interface IntakeLabels {
  readonly topic:
    | "order"
    | "delivery"
    | "return"
    | "repair"
    | "billing"
    | "fraud"
    | "sales"
    | "account"
    | "recycling";
  readonly product?: "phone" | "laptop" | "audio" | "tv" | "appliance" | "smart_home";
  readonly region: "UK" | "EU" | "US";
  readonly language: "en" | "de" | "fr" | "es";
  readonly tier: "none" | "silver" | "gold" | "platinum";
  readonly business: boolean;
  readonly repeats: number;
  readonly value?: number;
  readonly warranty?: "in" | "out" | "extended";
  readonly risk?: number;
  readonly vulnerable?: boolean;
}

/** What `environment.route` decides. */
export interface IntakeSettings {
  readonly env: "dev" | "prod";
  readonly riskLimit: number;
  readonly largeOrder: number;
}

export const devSettings: IntakeSettings = { env: "dev", riskLimit: 80, largeOrder: 500 };
export const prodSettings: IntakeSettings = { env: "prod", riskLimit: 70, largeOrder: 2000 };

export interface IntakeDecision {
  readonly queueId: string;
  readonly priority: number;
}

/** Resolves the settings once; the function it returns is what runs for every job. */
export function createIntake(settings: IntakeSettings): (job: IntakeLabels) => IntakeDecision {
  const { riskLimit, largeOrder } = settings;
  const id = (name: string) => `bw-${settings.env}-${name}`;
  const ordersUk = id("orders-uk");
  const ordersEu = id("orders-eu");
  const ordersUs = id("orders-us");
  const deviceTech = id("device-tech");
  const homeTech = id("home-tech");
  const returnsDesk = id("returns");
  const billingDesk = id("billing");
  const fraudDesk = id("fraud");
  const salesDesk = id("sales");
  const tradeDesk = id("trade");
  const concierge = id("concierge");
  const frontDesk = id("front-desk");
  const escalations = id("escalations");

  function ordersOf(region: IntakeLabels["region"]): string {
    return region === "UK" ? ordersUk : region === "EU" ? ordersEu : ordersUs;
  }

  function queueOf(job: IntakeLabels): string {
    const large = job.value !== undefined && job.value >= largeOrder;
    const bulky = job.product === "tv" || job.product === "appliance";
    const handheld = job.product === "phone" || job.product === "audio";
    const again = job.repeats >= 3;

    if (job.risk !== undefined && job.risk >= riskLimit) return fraudDesk;
    if (job.topic === "fraud") return fraudDesk;
    if (job.vulnerable === true) return concierge;
    if (job.business) return tradeDesk;
    if (job.tier === "platinum") return concierge;

    if (job.topic === "order" && large) return salesDesk;
    if (job.topic === "order") return ordersOf(job.region);
    if (job.topic === "delivery" && bulky) return homeTech;
    if (job.topic === "delivery" && again) return escalations;
    if (job.topic === "delivery") return ordersOf(job.region);

    if (job.topic === "return" && large) return billingDesk;
    if (job.topic === "return" && bulky) return homeTech;
    if (job.topic === "return" && again) return escalations;
    if (job.topic === "return") return returnsDesk;

    if (job.topic === "repair" && handheld && job.warranty === "out") return salesDesk;
    if (job.topic === "repair" && handheld) return deviceTech;
    if (job.topic === "repair" && job.product === "laptop") return deviceTech;
    if (job.topic === "repair" && bulky) return homeTech;
    if (job.topic === "repair" && job.product === "smart_home" && job.region === "US") {
      return deviceTech;
    }
    if (job.topic === "repair" && job.product === "smart_home") return homeTech;
    if (job.topic === "repair") return frontDesk;

    if (job.topic === "billing" && again) return escalations;
    if (job.topic === "billing" && large) return escalations;
    if (job.topic === "billing" && job.region === "US") return ordersUs;
    if (job.topic === "billing") return billingDesk;

    if (job.topic === "sales" && job.product === undefined) return frontDesk;
    if (job.topic === "sales" && job.product === "appliance" && large) return homeTech;
    if (job.topic === "sales") return salesDesk;

    if (job.topic === "account" && job.tier === "gold") return concierge;
    if (job.topic === "account") return frontDesk;
    if (job.topic === "recycling" && bulky) return homeTech;
    if (job.topic === "recycling") return returnsDesk;
    return frontDesk;
  }

  function priorityOf(job: IntakeLabels): number {
    if (job.risk !== undefined && job.risk >= riskLimit) return 90;
    if (job.topic === "fraud") return 80;
    if (job.vulnerable === true) return 70;
    if (job.tier === "platinum") return 60;
    if (job.repeats >= 5) return 55;
    if (job.business && job.value !== undefined && job.value >= largeOrder) return 50;
    if (job.business) return 40;
    if (job.tier === "gold") return 35;
    if (job.repeats >= 3) return 30;
    if (job.topic === "billing") return 20;
    if (job.tier === "silver") return 15;
    if (job.topic === "recycling") return 1;
    return 10;
  }

  return (job) => ({ queueId: queueOf(job), priority: priorityOf(job) });
}
