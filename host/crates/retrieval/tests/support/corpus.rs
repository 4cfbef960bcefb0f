//! Sentences written for this test, so that the check is measured without any data beside the repository.

const HELD: &[&str] = &[
    "Give gentamicin 5 mg/kg once daily and check the trough level before the second dose.",
    "Amoxicillin 500 mg three times a day for five days is recommended for adults with low-severity pneumonia.",
    "Do not give metformin to patients with an eGFR below 30 mL/min.",
    "Potassium above 6.5 mmol/L should be treated within 30 minutes.",
    "Warfarin is superior to aspirin for the prevention of stroke in atrial fibrillation.",
    "Syringes must not be reused between patients, even when the needle has been changed.",
    "Treatment reduced mortality from 20% to 12% over 24 months.",
    "Hydroxyzine may be used for itching unless the patient has a prolonged QT interval.",
    "Start heparin if the platelet count is at least 50 x 10^9/L.",
    "The vaccine was effective in 92% of children but not in infants under 6 months.",
    "A total of 1,250 patients were randomised to receive rivaroxaban 20 mg or placebo.",
    "No significant association was found between coffee and hypertension.",
    "Patients were monitored for at least 12 hours without oxygen.",
    "Prednisolone 40 mg is given for 5 to 7 days.",
];

fn held(at: usize) -> String {
    HELD.join(" ")
        .split_inclusive(HELD[at])
        .next()
        .map_or_else(String::new, |_| {
            // The sentence among its neighbours, as in a real passage.
            HELD[at.saturating_sub(2)..(at + 3).min(HELD.len())].join(" ")
        })
}

pub fn changed() -> Vec<(&'static str, String)> {
    [
        (0, "Give gentamicin 7 mg/kg once daily and check the trough level before the second dose."),
        (0, "Give gentamicin 5 g/kg once daily and check the trough level before the second dose."),
        (0, "Give gentamicin 5 mg once daily and check the trough level before the second dose."),
        (0, "Give gentamicin 5 mg/kg twice daily and check the trough level before the second dose."),
        (0, "Give vancomycin 5 mg/kg once daily and check the trough level before the second dose."),
        (0, "Give gentamicin 5 mg/kg once daily and check the trough level after the second dose."),
        (0, "Give gentamicin 5 mg/kg once weekly and check the trough level before the second dose."),
        (0, "Give gentamicin 5 mg/kg once daily and check the trough level before the third dose."),
        (1, "Amoxicillin 50 mg three times a day for five days is recommended for adults with low-severity pneumonia."),
        (1, "Amoxicillin 500 mg four times a day for five days is recommended for adults with low-severity pneumonia."),
        (1, "Amoxicillin 500 mg three times a day for five weeks is recommended for adults with low-severity pneumonia."),
        (1, "Amoxicillin 500 mg three times a day for five days is not recommended for adults with low-severity pneumonia."),
        (1, "Amoxicillin 500 mg three times a day for five days is recommended for adults with high-severity pneumonia."),
        (1, "Ampicillin 500 mg three times a day for five days is recommended for adults with low-severity pneumonia."),
        (1, "Amoxicillin 500 mcg three times a day for five days is recommended for adults with low-severity pneumonia."),
        (2, "Give metformin to patients with an eGFR below 30 mL/min."),
        (2, "Do not give metformin to patients with an eGFR above 30 mL/min."),
        (2, "Do not give metformin to patients with an eGFR below 60 mL/min."),
        (2, "Do not give metformin to patients with an eGFR below 30 mL/h."),
        (2, "Do not give metoprolol to patients with an eGFR below 30 mL/min."),
        (3, "Potassium below 6.5 mmol/L should be treated within 30 minutes."),
        (3, "Potassium above 65 mmol/L should be treated within 30 minutes."),
        (3, "Potassium above 6.5 mmol/L should be treated within 30 hours."),
        (3, "Potassium above 6.5 mg/L should be treated within 30 minutes."),
        (3, "Potassium above 6.5 mmol/L should not be treated within 30 minutes."),
        (4, "Aspirin is superior to warfarin for the prevention of stroke in atrial fibrillation."),
        (4, "Warfarin is inferior to aspirin for the prevention of stroke in atrial fibrillation."),
        (4, "Warfarin is not superior to aspirin for the prevention of stroke in atrial fibrillation."),
        (4, "Dabigatran is superior to aspirin for the prevention of stroke in atrial fibrillation."),
        (5, "Syringes must be reused between patients, even when the needle has been changed."),
        (5, "Syringes may be reused between patients when the needle has been changed."),
        (6, "Treatment reduced mortality from 12% to 20% over 24 months."),
        (6, "Treatment increased mortality from 20% to 12% over 24 months."),
        (6, "Treatment reduced mortality from 20% to 12% over 24 weeks."),
        (6, "Treatment did not reduce mortality from 20% to 12% over 24 months."),
        (7, "Hydralazine may be used for itching unless the patient has a prolonged QT interval."),
        (7, "Hydroxyzine may be used for itching."),
        (7, "Hydroxyzine may not be used for itching unless the patient has a prolonged QT interval."),
        (7, "Hydroxyzine may be used for itching if the patient has a prolonged QT interval."),
        (8, "Start heparin if the platelet count is at most 50 x 10^9/L."),
        (8, "Start heparin if the platelet count is at least 5 x 10^9/L."),
        (8, "Stop heparin if the platelet count is at least 50 x 10^9/L."),
        (9, "The vaccine was effective in 92% of children and in infants under 6 months."),
        (9, "The vaccine was effective in 29% of children but not in infants under 6 months."),
        (9, "The vaccine was ineffective in 92% of children but not in infants under 6 months."),
        (9, "The vaccine was effective in 92% of children but not in infants over 6 months."),
        (9, "The vaccine was effective in 92% of children."),
        (10, "A total of 12,500 patients were randomised to receive rivaroxaban 20 mg or placebo."),
        (10, "A total of 1,250 patients were randomised to receive apixaban 20 mg or placebo."),
        (10, "A total of 1,250 patients were randomised to receive rivaroxaban 2.0 mg or placebo."),
        (11, "A significant association was found between coffee and hypertension."),
        (11, "No significant association was found between coffee and hypotension."),
        (12, "Patients were monitored for at least 12 hours with oxygen."),
        (12, "Patients were monitored for at most 12 hours without oxygen."),
        (12, "Patients were monitored for less than 12 hours without oxygen."),
        (12, "Patients were not monitored for at least 12 hours without oxygen."),
        (13, "Prednisone 40 mg is given for 5 to 7 days."),
        (13, "Prednisolone 40 mg is given for 5 to 10 days."),
        (13, "Prednisolone 4 mg is given for 5 to 7 days."),
        (13, "Prednisolone 40 mg is never given for 5 to 7 days."),
    ]
    .into_iter()
    .map(|(at, said)| (said, held(at)))
    .collect()
}

pub fn truths() -> Vec<(&'static str, String)> {
    let mut found: Vec<(&'static str, String)> = HELD.iter().enumerate().map(|(at, said)| (*said, held(at))).collect();
    found.extend(
        [
            (0, "Gentamicin 5 mg/kg is given once a day, and the trough level is checked before the second dose."),
            (0, "Check the trough level before the 2nd dose of gentamicin."),
            (1, "For adults with low-severity pneumonia, amoxicillin 500 mg three times daily for 5 days is recommended."),
            (1, "Amoxicillin 500 mg 3 times a day for five days is advised for adults with low-severity pneumonia."),
            (2, "Metformin should not be given"),
            (2, "Don't give metformin to patients with an eGFR < 30 ml/min."),
            (3, "Potassium over 6.5 mmol/l should be treated within 30 min."),
            (4, "For the prevention of stroke in atrial fibrillation, warfarin is superior to aspirin."),
            (4, "Warfarin is superior to aspirin for the prevention of stroke in AF."),
            (5, "Even when the needle has been changed, syringes must not be reused between patients."),
            (6, "Over 24 months, treatment reduced mortality from 20 percent to 12 percent."),
            (6, "Mortality was reduced by treatment from 20% to 12% over 24 months."),
            (7, "Unless the patient has a prolonged QT interval, hydroxyzine may be used for itching."),
            (8, "Heparin is started if the platelet count is ≥50 x 10^9/L."),
            (10, "In total, 1250 patients were randomized to receive rivaroxaban 20 mg or placebo."),
            (11, "Between coffee and hypertension no significant association was found."),
            (12, "Patients were monitored without oxygen for 12 hours or more."),
            (13, "Prednisolone 40 mg is given for 5-7 days."),
            (13, "Prednisolone 40 milligrams is administered for five to seven days."),
        ]
        .into_iter()
        .filter(|(_, said)| said.ends_with('.'))
        .map(|(at, said)| (said, held(at))),
    );
    found
}
