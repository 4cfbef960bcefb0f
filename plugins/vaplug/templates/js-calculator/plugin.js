// Replace this calculator by your own: the declaration, the formula, the worked examples.
import { LOINC, ask, citation, coding, finding, offer, quantity, step } from './voiceassist.js';

const keys = citation({
  id: 'keys-1972',
  title: 'Indices of relative weight and obesity',
  publisher: 'Journal of Chronic Diseases',
  authors: ['Keys A', 'Fidanza F', 'Karvonen MJ', 'Kimura N', 'Taylor HL'],
  published: '1972',
  doi: '10.1016/0021-9681(72)90027-6',
  pmid: '4650929',
});

export const calculators = offer([
  {
    id: '{{name}}',
    version: '1.0.0',
    title: '{{title}}',
    summary: 'Weight divided by the square of height.',
    population: 'Adults. Not for children, in pregnancy, or with oedema or very unusual muscle mass.',
    parameters: [
      ask.quantity({
        name: 'weight',
        label: 'Weight',
        unit: 'kg',
        alsoAccepts: ['[lb_av]'],
        minimum: 25,
        maximum: 350,
        codings: [coding(LOINC, '29463-7', 'Body weight')],
      }),
      ask.quantity({
        name: 'height',
        label: 'Height',
        unit: 'm',
        alsoAccepts: ['cm', '[in_i]'],
        minimum: 1,
        maximum: 2.5,
        codings: [coding(LOINC, '8302-2', 'Body height')],
      }),
    ],
    citations: [keys],
    compute(inputs) {
      const weight = inputs.quantity('weight');
      const height = inputs.quantity('height');
      const index = weight / (height * height);
      return {
        findings: [
          finding({
            name: 'body-mass-index',
            label: 'Body mass index',
            value: quantity(Math.round(index * 10) / 10, 'kg/m2'),
            cites: [keys.id],
          }),
        ],
        steps: [step('Formula', 'weight / height squared'), step('Numbers', `${weight} / (${height} x ${height})`)],
      };
    },
    // Each is run by `vaplug test` and again by the host; one that fails refuses the plugin.
    examples: [
      {
        arguments: { weight: quantity(70, 'kg'), height: quantity(1.75, 'm') },
        expected: { 'body-mass-index': quantity(22.9, 'kg/m2') },
        source: '70 / (1.75 x 1.75) = 22.857, worked by hand',
      },
    ],
  },
]);
