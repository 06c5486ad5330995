//! What people call countries and regions, besides the names of lists. Data only.

/// (country, code, name) of the regions that are told apart
#[rustfmt::skip] // a table
pub const REGIONS: &[(&str, &str, &str)] = &[
    ("US", "AK", "Alaska"), ("US", "AL", "Alabama"), ("US", "AR", "Arkansas"), ("US", "AZ", "Arizona"),
    ("US", "CA", "California"), ("US", "CO", "Colorado"), ("US", "CT", "Connecticut"),
    ("US", "DC", "District of Columbia"), ("US", "DE", "Delaware"), ("US", "FL", "Florida"),
    ("US", "GA", "Georgia"), ("US", "HI", "Hawaii"), ("US", "IA", "Iowa"), ("US", "ID", "Idaho"),
    ("US", "IL", "Illinois"), ("US", "IN", "Indiana"), ("US", "KS", "Kansas"), ("US", "KY", "Kentucky"),
    ("US", "LA", "Louisiana"), ("US", "MA", "Massachusetts"), ("US", "MD", "Maryland"), ("US", "ME", "Maine"),
    ("US", "MI", "Michigan"), ("US", "MN", "Minnesota"), ("US", "MO", "Missouri"), ("US", "MS", "Mississippi"),
    ("US", "MT", "Montana"), ("US", "NC", "North Carolina"), ("US", "ND", "North Dakota"),
    ("US", "NE", "Nebraska"), ("US", "NH", "New Hampshire"), ("US", "NJ", "New Jersey"),
    ("US", "NM", "New Mexico"), ("US", "NV", "Nevada"), ("US", "NY", "New York"), ("US", "OH", "Ohio"),
    ("US", "OK", "Oklahoma"), ("US", "OR", "Oregon"), ("US", "PA", "Pennsylvania"), ("US", "RI", "Rhode Island"),
    ("US", "SC", "South Carolina"), ("US", "SD", "South Dakota"), ("US", "TN", "Tennessee"), ("US", "TX", "Texas"),
    ("US", "UT", "Utah"), ("US", "VA", "Virginia"), ("US", "VT", "Vermont"), ("US", "WA", "Washington"),
    ("US", "WI", "Wisconsin"), ("US", "WV", "West Virginia"), ("US", "WY", "Wyoming"), ("GB", "ENG", "England"),
    ("GB", "NIR", "Northern Ireland"), ("GB", "SCT", "Scotland"), ("GB", "WLS", "Wales"),
];

/// (country, what it is called every day), folded; these come before all else
pub const EVERYDAY: &[(&str, &str)] = &[
    ("GB", "uk gb britain greatbritain unitedkingdom"),
    ("US", "us usa america unitedstates unitedstatesofamerica"),
    ("AE", "uae emirates"),
    ("NL", "holland netherlands thenetherlands"),
    ("CZ", "czechrepublic czechia"),
    ("IE", "eire republicofireland"),
    ("KR", "southkorea korea"),
    ("TR", "turkey"),
];

/// (country, its names in its own languages and others), folded
#[rustfmt::skip]
pub const OTHER_NAMES: &[(&str, &str)] = &[
    ("AT", "osterreich oesterreich autriche"), ("AU", "australie australien"), ("BE", "belgie belgique belgien"),
    ("BG", "bulgarien българия"), ("BR", "brasil brasilien"), ("CH", "schweiz suisse svizzera svizra"),
    ("CN", "china prc 中国"), ("CY", "kypros κυπρος"), ("CZ", "cesko ceskarepublika tschechien"),
    ("DE", "deutschland allemagne niemcy alemania germania duitsland"), ("DK", "danmark danemark"),
    ("EE", "eesti"), ("EG", "misr مصر"), ("ES", "espana espagne spanien hiszpania spagna"), ("FI", "suomi finnland"),
    ("FR", "frankreich francia francja frankrijk"), ("GB", "angleterre grossbritannien royaumeuni vereinigteskonigreich wielkabrytania anglia"),
    ("GR", "ellada hellas griechenland ελλαδα"), ("HR", "hrvatska kroatien"), ("HU", "magyarorszag ungarn"), ("IE", "irland irlande"),
    ("IN", "bharat भारत indien inde"), ("IT", "italia italien italie wlochy"), ("JP", "nippon nihon japon 日本"),
    ("LT", "lietuva"), ("LU", "luxemburg letzebuerg"), ("LV", "latvija lettland"), ("MX", "mejico mexiko"), ("NL", "nederland niederlande paysbas"),
    ("NO", "norge norwegen"), ("PL", "polska polen pologne polonia"), ("PT", "portugalia"), ("RO", "rumanien roumanie"),
    ("RS", "srbija србија"), ("RU", "rossiya россия russland"), ("SE", "sverige schweden suede"), ("SI", "slovenija slowenien"),
    ("SK", "slovensko slowakei"), ("TR", "turkiye turkei"), ("UA", "ukraina україна"), ("US", "etatsunis vereinigtestaaten estadosunidos"),
    ("ZA", "rsa sudafrika"),
];
