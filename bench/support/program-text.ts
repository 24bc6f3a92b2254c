/**
 * A made-up program of about so many lines, the shape of a real one: labels, then departments,
 * each with its queues, a distribution and a classification policy. Same number, same text.
 */
export function programText(lines: number): string {
  const parts = [head];
  let count = linesIn(head);
  for (let number = 0; count < lines; number++) {
    const part = department(number);
    parts.push(part);
    count += linesIn(part);
  }
  return parts.join("\n");
}

const head = `labels job {
  topic: "order" | "delivery" | "return" | "repair" | "billing" | "sales"
  region: "UK" | "EU" | "US"
  tier: "none" | "silver" | "gold" | "platinum"
  business: boolean
  vulnerable?: boolean
  risk: 0..100
  value: number
}
labels worker {
  language: text
  seniority: 1..5
  careTrained: boolean
}
labels queue {
  desk: text
}
`;

function department(number: number): string {
  const at = (offset: number): number => ((number * 7 + offset * 13) % 90) + 5;
  return `/// Department ${number}.
let urgent${number} = job.risk >= ${at(1)} and (job.business or job.tier == "platinum")

distribution fair${number} {
  mode longest idle
  offers 1..2
  expire after ${at(2)}s
}

queue desk${number} {
  name "Desk ${number}"
  distribution fair${number}
  labels { desk: "d${number}" }
}

queue spare${number} {
  distribution fair${number}
  labels { desk: "s${number}" }
}

classification intake${number} {
  name "Intake ${number}"
  queue = match {
    when urgent${number} -> spare${number}
    when job.topic == "order" and job.region == "UK" -> desk${number}
    when job.topic in ["delivery", "return"] -> spare${number}
    when job.topic == "billing" and job.value > ${at(3)} -> desk${number}
    when job.topic == "repair" -> spare${number}
  }
  fallback desk${number}
  priority = match {
    when job.tier == "gold" -> ${at(4)}
    when job.risk > ${at(5)} -> 20
    otherwise -> 1
  }
  require worker.seniority >= 3 for 5m expedite
  when job.vulnerable {
    require worker.careTrained == true
  }
}
`;
}

function linesIn(text: string): number {
  return text.split("\n").length;
}
