//! What the demo world is made of: names, places, headlines, services. Data only, no code.
//!
//! A person's culture is one of the two languages of the place, so that the name, the place and the
//! languages spoken fit each other: each language in [`PLACES`] has a row in [`GIVEN`] and one in
//! [`FAMILY`]. A specialism is drawn first; [`HEADLINES`] and [`SUITS`] then give the words and the
//! services that belong to it.
//!
//! Nobody here exists, and no register lists any of their numbers.

/// (language, given names)
#[rustfmt::skip] // a table: one language a paragraph, not one name a line
pub const GIVEN: &[(&str, &[&str])] = &[
    ("en", &[
        "Alice", "Amelia", "Beth", "Caroline", "Charlotte", "Claire", "Daniel", "David", "Edward", "Eleanor",
        "Emma", "Fiona", "Frances", "George", "Grace", "Harriet", "Helen", "Henry", "Imogen", "Jack",
        "James", "Joanna", "Joseph", "Kate", "Laura", "Lewis", "Louise", "Martin", "Matthew", "Naomi",
        "Oliver", "Paul", "Peter", "Rachel", "Robert", "Rosalind", "Ruth", "Samuel", "Thomas", "Victoria",
    ]),
    ("ga", &["Aoife", "Cian", "Ciara", "Conor", "Eoin", "Fionn", "Maeve", "Niamh", "Oisín", "Orla", "Saoirse", "Tadhg"]),
    ("cy", &["Aled", "Bethan", "Carys", "Dafydd", "Eleri", "Gethin", "Gwen", "Huw", "Lowri", "Nia", "Rhys", "Sioned"]),
    ("gd", &["Ailsa", "Angus", "Callum", "Catriona", "Eilidh", "Hamish", "Isla", "Kirsty", "Malcolm", "Morag", "Ruaridh"]),
    ("de", &[
        "Anja", "Anna", "Birgit", "Christian", "Daniela", "Felix", "Florian", "Franziska", "Hannah", "Jan", "Johannes",
        "Jonas", "Jörg", "Julia", "Jürgen", "Katharina", "Lena", "Lukas", "Markus", "Miriam", "Sabine", "Stefan", "Ulrike",
    ]),
    ("fr", &[
        "Adèle", "Antoine", "Camille", "Céline", "Claire", "Édouard", "Élodie", "Émile", "François", "Guillaume", "Hélène",
        "Inès", "Julien", "Léa", "Luc", "Manon", "Mathieu", "Noémie", "Pauline", "Sébastien", "Sylvie", "Théo",
    ]),
    ("es", &[
        "Alejandro", "Ana", "Beatriz", "Carlos", "Carmen", "Diego", "Elena", "Fernando", "Inés", "Javier", "José", "Lucía",
        "Marta", "Miguel", "Nuria", "Pablo", "Raúl", "Rocío", "Sergio", "Sofía", "Teresa",
    ]),
    ("ca", &["Arnau", "Berta", "Gemma", "Jordi", "Laia", "Marc", "Mireia", "Montserrat", "Oriol", "Pau"]),
    ("pl", &[
        "Agnieszka", "Aleksandra", "Andrzej", "Anna", "Dorota", "Ewa", "Jakub", "Joanna", "Katarzyna", "Krzysztof", "Łukasz",
        "Magdalena", "Marek", "Michał", "Monika", "Paweł", "Piotr", "Tomasz", "Wojciech", "Zofia",
    ]),
    ("nl", &[
        "Anneke", "Bas", "Daan", "Eva", "Femke", "Hanneke", "Jasper", "Jeroen", "Lotte", "Maarten", "Marieke", "Noor", "Pieter",
        "Ruben", "Sanne", "Sjoerd", "Thijs", "Wouter",
    ]),
    ("it", &["Alessandra", "Chiara", "Elisa", "Francesca", "Giulia", "Lorenzo", "Luca", "Marco", "Matteo", "Paolo", "Silvia"]),
    ("pt", &["Beatriz", "Catarina", "Duarte", "Gonçalo", "Inês", "João", "Leonor", "Mariana", "Rui", "Tiago"]),
    ("hi", &[
        "Aarav", "Aditi", "Amit", "Ananya", "Deepak", "Kavita", "Meera", "Neha", "Nikhil", "Pooja", "Priya", "Rahul", "Rajesh",
        "Ritu", "Rohan", "Sanjay", "Shreya", "Sunita", "Vikram",
    ]),
    ("ta", &["Anitha", "Arun", "Divya", "Karthik", "Lakshmi", "Meenakshi", "Prakash", "Revathi", "Senthil", "Vani"]),
    ("pa", &["Amrit", "Gurpreet", "Harjit", "Jasleen", "Kiran", "Manpreet", "Navdeep", "Rajvir", "Simran", "Tejinder"]),
    ("ur", &["Adeel", "Ayesha", "Bilal", "Faisal", "Hina", "Imran", "Nadia", "Saima", "Sana", "Usman", "Zara"]),
    ("zh", &["Chen", "Hui", "Jia", "Jun", "Li", "Mei", "Min", "Wei", "Xin", "Yan", "Ying", "Zhen"]),
    ("ar", &["Amina", "Farid", "Hassan", "Khalid", "Layla", "Nour", "Omar", "Rania", "Samir", "Yasmin"]),
    ("tr", &["Ayşe", "Can", "Defne", "Elif", "Emre", "Kerem", "Mehmet", "Selin", "Zeynep"]),
    ("mi", &["Anahera", "Aroha", "Hemi", "Kiri", "Mere", "Ngaire", "Rangi", "Tama", "Wiremu"]),
];

/// Which of [`GIVEN`] are men's names; whoever has another is drawn as a woman.
#[rustfmt::skip]
pub const MEN: &[&str] = &[
    "Daniel", "David", "Edward", "George", "Henry", "Jack", "James", "Joseph", "Lewis", "Martin", "Matthew", "Oliver",
    "Paul", "Peter", "Robert", "Samuel", "Thomas", "Cian", "Conor", "Eoin", "Fionn", "Oisín", "Tadhg", "Aled",
    "Dafydd", "Gethin", "Huw", "Rhys", "Angus", "Callum", "Hamish", "Malcolm", "Ruaridh", "Christian", "Felix",
    "Florian", "Jan", "Johannes", "Jonas", "Jörg", "Jürgen", "Lukas", "Markus", "Stefan", "Antoine", "Édouard",
    "Émile", "François", "Guillaume", "Julien", "Luc", "Mathieu", "Sébastien", "Théo", "Alejandro", "Carlos", "Diego",
    "Fernando", "Javier", "José", "Miguel", "Pablo", "Raúl", "Sergio", "Arnau", "Jordi", "Marc", "Oriol", "Pau",
    "Andrzej", "Jakub", "Krzysztof", "Łukasz", "Marek", "Michał", "Paweł", "Piotr", "Tomasz", "Wojciech", "Bas",
    "Daan", "Jasper", "Jeroen", "Maarten", "Pieter", "Ruben", "Sjoerd", "Thijs", "Wouter", "Lorenzo", "Luca", "Marco",
    "Matteo", "Paolo", "Duarte", "Gonçalo", "João", "Rui", "Tiago", "Aarav", "Amit", "Deepak", "Nikhil", "Rahul",
    "Rajesh", "Rohan", "Sanjay", "Vikram", "Arun", "Karthik", "Prakash", "Senthil", "Amrit", "Gurpreet", "Harjit",
    "Navdeep", "Rajvir", "Tejinder", "Adeel", "Bilal", "Faisal", "Imran", "Usman", "Chen", "Jun", "Min", "Wei",
    "Farid", "Hassan", "Khalid", "Omar", "Samir", "Can", "Emre", "Kerem", "Mehmet", "Hemi", "Rangi", "Tama", "Wiremu",
];

/// (language, family names), the languages as in [`GIVEN`]
#[rustfmt::skip]
pub const FAMILY: &[(&str, &[&str])] = &[
    ("en", &[
        "Abbott", "Ashworth", "Bailey", "Barker", "Bennett", "Booth", "Brooks", "Carter", "Chapman", "Clarke",
        "Cooper", "Dawson", "Dixon", "Ellis", "Fletcher", "Foster", "Gibson", "Harding", "Hartley", "Holmes",
        "Hughes", "Jackson", "Kershaw", "Lawson", "Marsh", "Mercer", "Newton", "Osborne", "Palmer", "Pearce",
        "Reed", "Saunders", "Shaw", "Sutton", "Thorne", "Turner", "Wade", "Walker", "Webster", "Whitfield",
    ]),
    ("ga", &["Brennan", "Byrne", "Doyle", "Fitzgerald", "Gallagher", "Kavanagh", "Keane", "Murphy", "Ó Briain", "O'Sullivan", "Quinn", "Walsh"]),
    ("cy", &["Bevan", "Bowen", "Davies", "Evans", "Griffiths", "Howell", "Llewellyn", "Morgan", "Owen", "Parry", "Pritchard", "Rees"]),
    ("gd", &["Campbell", "Cameron", "Fraser", "Geddes", "MacDonald", "Mackenzie", "MacLeod", "Munro", "Robertson", "Sinclair", "Stewart"]),
    ("de", &[
        "Albrecht", "Bauer", "Becker", "Brandt", "Dietrich", "Engel", "Fischer", "Haas", "Hartmann", "Hoffmann", "Keller",
        "Köhler", "Krüger", "Lehmann", "Lorenz", "Möller", "Neumann", "Richter", "Schäfer", "Schröder", "Vogel", "Weiß", "Winkler",
    ]),
    ("fr", &[
        "Arnaud", "Blanchard", "Bonnet", "Chevalier", "Colin", "Dubois", "Faure", "Fontaine", "Garnier", "Girard", "Lacroix",
        "Lambert", "Lefèvre", "Leroy", "Marchand", "Mercier", "Moreau", "Perrin", "Renaud", "Rousseau", "Tremblay", "Vidal",
    ]),
    ("es", &[
        "Aguilar", "Blanco", "Cabrera", "Castillo", "Delgado", "Domínguez", "Fuentes", "Gutiérrez", "Herrera", "Iglesias",
        "Lozano", "Medina", "Molina", "Navarro", "Núñez", "Ortega", "Peña", "Ramos", "Romero", "Serrano", "Vega",
    ]),
    ("ca", &["Bosch", "Casals", "Ferrer", "Font", "Mas", "Pons", "Puig", "Roca", "Soler", "Vila"]),
    ("pl", &[
        "Adamczyk", "Bąk", "Dąbrowski", "Duda", "Grabowski", "Jabłoński", "Kaczmarek", "Kowalczyk", "Król", "Lewandowski",
        "Mazur", "Nowak", "Pawlak", "Sikora", "Stępień", "Walczak", "Wilk", "Woźniak", "Zając", "Zieliński",
    ]),
    ("nl", &[
        "Bakker", "de Boer", "de Graaf", "de Vries", "Dekker", "Hoekstra", "Jansen", "Koning", "Kuipers", "Maas", "Mulder",
        "Smit", "van Dijk", "van Leeuwen", "van den Berg", "Verhoeven", "Visser", "Vos",
    ]),
    ("it", &["Bianchi", "Caruso", "Colombo", "Conti", "Ferrari", "Gallo", "Greco", "Mancini", "Rinaldi", "Romano", "Villa"]),
    ("pt", &["Almeida", "Carvalho", "Correia", "Fonseca", "Marques", "Moreira", "Pereira", "Ribeiro", "Simões", "Teixeira"]),
    ("hi", &[
        "Agarwal", "Bhatt", "Chauhan", "Desai", "Gupta", "Jain", "Joshi", "Kapoor", "Khanna", "Malhotra", "Mehta", "Mishra",
        "Patel", "Rao", "Saxena", "Shah", "Sharma", "Trivedi", "Verma",
    ]),
    ("ta", &["Balakrishnan", "Ganesan", "Iyer", "Krishnan", "Murugan", "Natarajan", "Raman", "Subramanian", "Sundaram", "Venkatesan"]),
    ("pa", &["Bains", "Dhillon", "Gill", "Grewal", "Johal", "Mann", "Sandhu", "Sidhu", "Sohal", "Uppal"]),
    ("ur", &["Ahmed", "Akhtar", "Anwar", "Butt", "Chaudhry", "Hussain", "Iqbal", "Malik", "Qureshi", "Raza", "Siddiqui"]),
    ("zh", &["Chan", "Cheung", "Guo", "Huang", "Lam", "Lin", "Liu", "Tan", "Wang", "Wong", "Xu", "Zhou"]),
    ("ar", &["Aziz", "Darwish", "Farah", "Habib", "Haddad", "Karam", "Khoury", "Mansour", "Nasser", "Saleh"]),
    ("tr", &["Aksoy", "Arslan", "Çelik", "Demir", "Kaya", "Koç", "Öztürk", "Şahin", "Yıldız"]),
    ("mi", &["Hohepa", "Kereama", "Ngata", "Paki", "Parata", "Rangihuna", "Tamihana", "Te Kanawa", "Waaka"]),
];

/// (country or "" for anywhere, name of a practice); `{given}`, `{family}`, `{place}` are replaced
#[rustfmt::skip]
pub const FIRM: &[(&str, &str)] = &[
    ("", "{given} {family}"), ("", "{given} {family}"), ("", "{given} {family}"),
    ("", "{given}, {place} Books"), ("", "{family} & Partners"), ("", "{family} Accounting"), ("", "{family} Tax"),
    ("GB", "{family} & Co"), ("GB", "{given}, Northgate Tax"), ("GB", "{family} Bookkeeping"), ("GB", "{place} Payroll"),
    ("IE", "{family} & Daughters"), ("IE", "{place} Ledger Rooms"), ("US", "{family} Tax Group"),
    ("US", "{given} {family}, Tax and Books"), ("CA", "{family} Advisory"), ("DE", "Kanzlei {family}"),
    ("DE", "{family} & Kollegen"), ("AT", "Kanzlei {family}"), ("CH", "{family} Treuhand"), ("FR", "Cabinet {family}"),
    ("BE", "Bureau {family}"), ("ES", "Asesoría {family}"), ("ES", "Gestoría {family}"), ("PL", "Biuro {family}"),
    ("PL", "Księgowość {place}"), ("NL", "Administratie {family}"), ("NL", "{family} Belastingadvies"),
    ("IT", "Studio {family}"), ("PT", "Contabilidade {family}"), ("IN", "{family} & Associates"), ("IN", "{family} Tax Desk"),
    ("AU", "{family} Books and Tax"), ("AU", "{place} Bookkeepers"), ("NZ", "{family} Ledger"), ("SG", "{family} Corporate Services"),
];

/// (country, place, zone, currency, two languages, the first the main one)
#[rustfmt::skip]
pub const PLACES: &[(&str, &str, &str, &str, &str, &str)] = &[
    ("GB", "London", "Europe/London", "GBP", "en", "pl"),
    ("GB", "Leeds", "Europe/London", "GBP", "en", "pa"),
    ("GB", "Manchester", "Europe/London", "GBP", "en", "ur"),
    ("GB", "Birmingham", "Europe/London", "GBP", "en", "pa"),
    ("GB", "Bradford", "Europe/London", "GBP", "en", "ur"),
    ("GB", "Bristol", "Europe/London", "GBP", "en", "fr"),
    ("GB", "Leicester", "Europe/London", "GBP", "en", "hi"),
    ("GB", "Newcastle upon Tyne", "Europe/London", "GBP", "en", "ar"),
    ("GB", "Norwich", "Europe/London", "GBP", "en", "pt"),
    ("GB", "Cardiff", "Europe/London", "GBP", "en", "cy"),
    ("GB", "Aberystwyth", "Europe/London", "GBP", "cy", "en"),
    ("GB", "Edinburgh", "Europe/London", "GBP", "en", "gd"),
    ("GB", "Glasgow", "Europe/London", "GBP", "en", "gd"),
    ("GB", "Belfast", "Europe/London", "GBP", "en", "ga"),
    ("IE", "Dublin", "Europe/Dublin", "EUR", "en", "ga"),
    ("IE", "Cork", "Europe/Dublin", "EUR", "en", "pl"),
    ("IE", "Galway", "Europe/Dublin", "EUR", "ga", "en"),
    ("IE", "Limerick", "Europe/Dublin", "EUR", "en", "ga"),
    ("US", "New York", "America/New_York", "USD", "en", "zh"),
    ("US", "Boston", "America/New_York", "USD", "en", "pt"),
    ("US", "Miami", "America/New_York", "USD", "en", "es"),
    ("US", "Chicago", "America/Chicago", "USD", "en", "pl"),
    ("US", "Austin", "America/Chicago", "USD", "en", "es"),
    ("US", "Denver", "America/Denver", "USD", "en", "es"),
    ("US", "Phoenix", "America/Phoenix", "USD", "en", "es"),
    ("US", "San Francisco", "America/Los_Angeles", "USD", "en", "zh"),
    ("US", "Seattle", "America/Los_Angeles", "USD", "en", "ta"),
    ("CA", "Toronto", "America/Toronto", "CAD", "en", "pa"),
    ("CA", "Montréal", "America/Toronto", "CAD", "fr", "en"),
    ("CA", "Vancouver", "America/Vancouver", "CAD", "en", "zh"),
    ("CA", "Halifax", "America/Halifax", "CAD", "en", "fr"),
    ("CA", "Calgary", "America/Edmonton", "CAD", "en", "ur"),
    ("DE", "Berlin", "Europe/Berlin", "EUR", "de", "en"),
    ("DE", "Hamburg", "Europe/Berlin", "EUR", "de", "tr"),
    ("DE", "München", "Europe/Berlin", "EUR", "de", "it"),
    ("DE", "Köln", "Europe/Berlin", "EUR", "de", "tr"),
    ("DE", "Leipzig", "Europe/Berlin", "EUR", "de", "en"),
    ("DE", "Frankfurt am Main", "Europe/Berlin", "EUR", "de", "en"),
    ("AT", "Wien", "Europe/Vienna", "EUR", "de", "en"),
    ("CH", "Zürich", "Europe/Zurich", "CHF", "de", "fr"),
    ("FR", "Paris", "Europe/Paris", "EUR", "fr", "en"),
    ("FR", "Lyon", "Europe/Paris", "EUR", "fr", "it"),
    ("FR", "Marseille", "Europe/Paris", "EUR", "fr", "ar"),
    ("FR", "Nantes", "Europe/Paris", "EUR", "fr", "en"),
    ("BE", "Bruxelles", "Europe/Brussels", "EUR", "fr", "nl"),
    ("ES", "Madrid", "Europe/Madrid", "EUR", "es", "en"),
    ("ES", "Barcelona", "Europe/Madrid", "EUR", "ca", "es"),
    ("ES", "Valencia", "Europe/Madrid", "EUR", "es", "ca"),
    ("ES", "Las Palmas", "Atlantic/Canary", "EUR", "es", "de"),
    ("PT", "Lisboa", "Europe/Lisbon", "EUR", "pt", "en"),
    ("IT", "Milano", "Europe/Rome", "EUR", "it", "en"),
    ("PL", "Warszawa", "Europe/Warsaw", "PLN", "pl", "en"),
    ("PL", "Kraków", "Europe/Warsaw", "PLN", "pl", "en"),
    ("PL", "Wrocław", "Europe/Warsaw", "PLN", "pl", "de"),
    ("PL", "Gdańsk", "Europe/Warsaw", "PLN", "pl", "en"),
    ("NL", "Amsterdam", "Europe/Amsterdam", "EUR", "nl", "en"),
    ("NL", "Utrecht", "Europe/Amsterdam", "EUR", "nl", "en"),
    ("NL", "Rotterdam", "Europe/Amsterdam", "EUR", "nl", "tr"),
    ("IN", "Mumbai", "Asia/Kolkata", "INR", "en", "hi"),
    ("IN", "New Delhi", "Asia/Kolkata", "INR", "hi", "en"),
    ("IN", "Chennai", "Asia/Kolkata", "INR", "en", "ta"),
    ("IN", "Bengaluru", "Asia/Kolkata", "INR", "en", "hi"),
    ("SG", "Singapore", "Asia/Singapore", "SGD", "en", "zh"),
    ("AU", "Sydney", "Australia/Sydney", "AUD", "en", "zh"),
    ("AU", "Melbourne", "Australia/Melbourne", "AUD", "en", "it"),
    ("AU", "Brisbane", "Australia/Brisbane", "AUD", "en", "hi"),
    ("AU", "Adelaide", "Australia/Adelaide", "AUD", "en", "de"),
    ("AU", "Perth", "Australia/Perth", "AUD", "en", "ta"),
    ("NZ", "Auckland", "Pacific/Auckland", "NZD", "en", "mi"),
    ("NZ", "Wellington", "Pacific/Auckland", "NZD", "en", "mi"),
];

/// (language, addresses of nobody), `{n}` is a number
#[rustfmt::skip]
pub const STREETS: &[(&str, &[&str])] = &[
    ("en", &["{n} Mill Lane", "{n} Station Road", "{n} High Street", "{n} Park Row"]),
    ("fr", &["{n} rue des Lilas", "{n} rue du Moulin", "{n} place de la Gare"]),
    ("de", &["Lindenstraße {n}", "Bahnhofstraße {n}", "Mühlweg {n}"]), ("nl", &["Molenstraat {n}", "Stationsweg {n}"]),
    ("es", &["Calle Mayor {n}", "Calle del Molino {n}"]), ("ca", &["Carrer Major {n}", "Carrer del Molí {n}"]),
    ("pt", &["Rua das Flores {n}", "Rua do Moinho {n}"]), ("it", &["Via Roma {n}", "Via del Mulino {n}"]),
    ("pl", &["ul. Lipowa {n}", "ul. Młyńska {n}"]),
];

/// (currency, price level: this many for each hundred of [`super::practice_texts::SERVICES`]); levels, not rates of exchange
#[rustfmt::skip]
pub const LEVELS: &[(&str, i64)] = &[
    ("GBP", 100), ("EUR", 110), ("USD", 140), ("CAD", 150), ("CHF", 180), ("PLN", 300), ("INR", 2_500),
    ("SGD", 150), ("AUD", 170), ("NZD", 170),
];

/// (specialism, headline)
pub const HEADLINES: &[(&str, &str)] = &[
    ("self-assessment", "First tax returns, done without the panic in January."),
    ("self-assessment", "Tax returns for the self-employed, from receipts to filing."),
    ("vat", "VAT for shops that sell in more than one country."),
    ("vat", "VAT returns that match your books, every quarter."),
    ("year-end", "Year-end accounts for companies of one to twenty people."),
    ("year-end", "Year-end without the rush: we start in the month before."),
    ("payroll", "Payroll for cafés, farms and building firms."),
    ("payroll", "Your first employee: registered, paid and reported on time."),
    ("bookkeeping", "Monthly bookkeeping for people who would rather do their own work."),
    ("bookkeeping", "I sort the box of receipts first, then we talk about the rest."),
    ("corporation-tax", "Corporation tax for small companies, explained line by line."),
    ("corporation-tax", "Company tax and accounts from one desk, at one price."),
    ("capital-gains", "Sold shares or a second home? The gain worked out before you file."),
    ("capital-gains", "Capital gains for families: what to report, and by when."),
    ("inheritance", "Estates and inheritance tax, at the pace the family needs."),
    ("inheritance", "Plans for passing a business on while you still run it."),
    ("landlords", "Tax for landlords, from the first let to the last sale."),
    ("landlords", "Rental income at home and abroad, for owners of one to ten flats."),
    ("expats", "Moving country? Both tax years sorted before you leave."),
    ("expats", "Two countries, one plan: residence, treaties and the forms in between."),
    ("us-tax", "US returns for Americans who live somewhere else."),
    ("us-tax", "Federal and state returns for founders, freelancers and families."),
    ("research-credits", "Research credits claimed with evidence that holds up."),
    ("research-credits", "I read the code before I write the claim: research relief for software."),
    ("audit", "Small-company and charity audit, planned around your busy weeks."),
    ("audit", "Audit preparation: the file your auditor hopes to get."),
    ("forensic", "Forensic accounting for disputes, divorces and missing money."),
    ("forensic", "I trace where the money went and write it down for court."),
    ("startups", "Finance for start-ups before their first finance hire."),
    ("startups", "From incorporation to the first investment round: books that pass review."),
    ("charities", "Accounts for charities and community groups, in words trustees can use."),
    ("charities", "Charity books, grant reports and gift relief."),
    ("crypto", "Crypto gains worked out from the raw exports of every exchange."),
    ("crypto", "Wallets, swaps and staking put into a report you can file."),
    ("pensions", "Workplace pensions and the tax side of retiring."),
    ("pensions", "How to take your pension without a surprise at the end of the year."),
    ("customs", "Import duty and customs papers for small traders."),
    ("customs", "Goods across borders: codes, origin, duty and the VAT on top."),
    ("insolvency", "Company in trouble? An honest look at the options, early."),
    ("insolvency", "Closing a company properly, with debts or without."),
];

/// (specialism, the categories of services that suit it, the usual one first)
#[rustfmt::skip]
pub const SUITS: &[(&str, &[&str])] = &[
    ("self-assessment", &["tax-return", "consultation", "review"]), ("vat", &["vat", "consultation", "bookkeeping"]),
    ("year-end", &["year-end", "bookkeeping", "review"]), ("payroll", &["payroll", "registration", "consultation"]),
    ("bookkeeping", &["bookkeeping", "vat", "year-end"]), ("corporation-tax", &["year-end", "planning", "consultation"]),
    ("capital-gains", &["planning", "tax-return", "review"]), ("inheritance", &["planning", "consultation", "review"]),
    ("landlords", &["tax-return", "planning", "consultation"]), ("expats", &["planning", "tax-return", "consultation"]),
    ("us-tax", &["tax-return", "planning", "review"]), ("research-credits", &["review", "consultation", "year-end"]),
    ("audit", &["review", "year-end", "consultation"]), ("forensic", &["other", "review", "consultation"]),
    ("startups", &["registration", "review", "bookkeeping"]), ("charities", &["year-end", "other", "bookkeeping"]),
    ("crypto", &["tax-return", "review", "consultation"]), ("pensions", &["planning", "payroll", "consultation"]),
    ("customs", &["vat", "consultation", "registration"]), ("insolvency", &["other", "consultation", "review"]),
];

/// (country or "" for anywhere, the programs used there)
#[rustfmt::skip]
pub const SOFTWARE: &[(&str, &[&str])] = &[
    ("", &["xero", "quickbooks", "sage", "excel", "zoho", "odoo", "dynamics", "netsuite"]),
    ("GB", &["xero", "quickbooks", "sage", "freeagent", "kashflow", "excel"]),
    ("IE", &["xero", "sage", "quickbooks", "excel"]), ("US", &["quickbooks", "netsuite", "wave", "excel"]),
    ("CA", &["quickbooks", "wave", "sage", "excel"]), ("DE", &["datev", "excel", "odoo", "dynamics"]),
    ("AT", &["datev", "excel", "dynamics"]), ("FR", &["sage", "odoo", "excel"]), ("ES", &["sage", "odoo", "excel"]),
    ("IN", &["zoho", "quickbooks", "excel"]), ("AU", &["xero", "quickbooks", "excel"]), ("NZ", &["xero", "excel"]),
];

/// Trades an accountant may know well.
#[rustfmt::skip]
pub const INDUSTRIES: &[&str] = &[
    "cafes-restaurants", "building", "creative", "e-commerce", "farming", "health", "hospitality", "letting",
    "professional", "retail", "software", "transport", "charities", "education", "manufacturing",
];
