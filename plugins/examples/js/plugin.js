// ABCD2 (Johnston et al., Lancet 2007;369:283-292): points for age, blood pressure, clinical features, duration and
// diabetes, and the two-day risk of stroke that the paper reports for 0 to 3, 4 to 5 and 6 to 7 points.
import { LOINC, ask, boolean, choice, citation, coding, finding, integer, offer, quantity, step } from './voiceassist.js';

const johnston = citation({
  id: 'johnston-2007',
  title: 'Validation and refinement of scores to predict very early stroke risk after transient ischaemic attack',
  publisher: 'Lancet',
  authors: ['Johnston SC', 'Rothwell PM', 'Nguyen-Huynh MN', 'Giles MF', 'Elkins JS', 'Bernstein AL', 'Sidney S'],
  published: '2007-01-27',
  doi: '10.1016/S0140-6736(07)60150-0',
  pmid: '17258668',
});

const FEATURES = {
  'unilateral-weakness': ['Weakness of one side', 2],
  'speech-only': ['Speech impairment without weakness', 1],
  other: ['Neither', 0],
};

// Upper bound of the points, risk in percent, severity.
const RISKS = [
  [3, 1.0, 'low'],
  [5, 4.1, 'moderate'],
  [7, 8.1, 'high'],
];

function durationPoints(minutes) {
  if (minutes >= 60) return 2;
  return minutes >= 10 ? 1 : 0;
}

function compute(inputs) {
  const age = inputs.integer('age') >= 60 ? 1 : 0;
  const pressure = inputs.quantity('systolic') >= 140 || inputs.quantity('diastolic') >= 90 ? 1 : 0;
  const [shown, clinical] = FEATURES[inputs.choice('features')];
  const duration = durationPoints(inputs.quantity('duration'));
  const diabetes = inputs.boolean('diabetes') ? 1 : 0;
  const points = age + pressure + clinical + duration + diabetes;
  const [, risk, severity] = RISKS.find(([upTo]) => points <= upTo);
  return {
    findings: [
      finding({ name: 'score', label: 'ABCD2 score (0 to 7)', value: integer(points), severity, cites: [johnston.id] }),
      finding({
        name: 'two-day-risk',
        label: 'Stroke within two days',
        value: quantity(risk, '%'),
        interpretation: `In the paper's cohorts, of all with ${points <= 3 ? '0 to 3' : points <= 5 ? '4 to 5' : '6 to 7'} points`,
        severity,
        cites: [johnston.id],
      }),
    ],
    warnings: ['NICE guideline NG128 advises not to decide on urgency by this score.'],
    steps: [
      step('Age 60 or older', `${age}`),
      step('Blood pressure 140 or more, or 90 or more', `${pressure}`),
      step(`Clinical features: ${shown.toLowerCase()}`, `${clinical}`),
      step('Duration: 2 from 60 min, 1 from 10 min', `${duration}`),
      step('Diabetes', `${diabetes}`),
    ],
  };
}

const pressure = (name, label, minimum, maximum, code) =>
  ask.quantity({ name, label, unit: 'mm[Hg]', minimum, maximum, codings: [coding(LOINC, code, label)] });

export const calculators = offer([
  {
    id: 'abcd2',
    version: '1.0.0',
    title: 'ABCD2 score after a transient ischaemic attack',
    summary: 'Risk of stroke within two days after a transient ischaemic attack.',
    population: 'Adults in whom a transient ischaemic attack was diagnosed. Not for anyone with a lasting deficit.',
    parameters: [
      ask.integer({
        name: 'age',
        label: 'Age (years)',
        minimum: 18,
        maximum: 110,
        codings: [coding(LOINC, '30525-0', 'Age')],
      }),
      pressure('systolic', 'Systolic blood pressure', 50, 300, '8480-6'),
      pressure('diastolic', 'Diastolic blood pressure', 20, 200, '8462-4'),
      ask.choice({
        name: 'features',
        label: 'Clinical features',
        help: 'Of the attack; where both apply, the weakness counts.',
        options: Object.entries(FEATURES).map(([id, [label]]) => ({ id, label })),
      }),
      ask.quantity({
        name: 'duration',
        label: 'Duration of the symptoms',
        unit: 'min',
        alsoAccepts: ['h'],
        minimum: 0,
        maximum: 1440,
      }),
      ask.boolean({ name: 'diabetes', label: 'Diabetes' }),
    ],
    citations: [johnston],
    compute,
    examples: [
      {
        arguments: {
          age: integer(72),
          systolic: quantity(150, 'mm[Hg]'),
          diastolic: quantity(80, 'mm[Hg]'),
          features: choice('unilateral-weakness'),
          duration: quantity(75, 'min'),
          diabetes: boolean(true),
        },
        expected: { score: integer(7), 'two-day-risk': quantity(8.1, '%') },
        source: '1 + 1 + 2 + 2 + 1, worked by hand',
      },
      {
        arguments: {
          age: integer(59),
          systolic: quantity(139, 'mm[Hg]'),
          diastolic: quantity(90, 'mm[Hg]'),
          features: choice('speech-only'),
          duration: quantity(10, 'min'),
          diabetes: boolean(true),
        },
        expected: { score: integer(4), 'two-day-risk': quantity(4.1, '%') },
        source: '0 + 1 + 1 + 1 + 1, worked by hand',
      },
    ],
  },
]);
