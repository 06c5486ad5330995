//! What the accountants of the demo say of themselves and offer.

/// (specialisms it is for, any where none is named; profile text in Markdown)
#[rustfmt::skip]
pub const ABOUTS: &[(&str, &str)] = &[
    (
        "self-assessment landlords vat bookkeeping",
        "I look after people who do their own books and want somebody to check them. Most come \
         with a box of statements and a date that is too close. We sort the box first.\n\nI \
         answer in plain words and put prices on everything before I start.",
    ),
    (
        "",
        "After twelve years in a large firm I opened a small one, because I wanted to know my \
         clients by name.\n\n**What you get**\n\n- one person who knows your file\n- an answer \
         within two working days\n- a price before the work begins",
    ),
    (
        "",
        "We are three accountants and a very patient office manager. Half of our clients have \
         been with us for more than five years.\n\nBring what you have, in whatever order it is \
         in. We will tell you what is missing and what does not matter.",
    ),
    (
        "year-end corporation-tax vat payroll bookkeeping startups insolvency research-credits",
        "I work with **small companies and sole traders**. The first call is about what you want \
         to know, not about what I want to sell.\n\nI do not take on work I cannot finish in \
         time, and I say so at once.",
    ),
    (
        "expats us-tax",
        "My clients are mostly families with income in two countries. I have moved twice myself \
         and filled in these forms for my own household.\n\n1. We list where you lived and \
         when.\n2. We see which country taxes what.\n3. You get a plan with dates.",
    ),
    (
        "",
        "Numbers are easier to discuss when both of us see them. I share my screen, explain each \
         line and send you the notes the same day.\n\nEvenings are possible on Tuesdays and \
         Thursdays.",
    ),
    (
        "vat payroll bookkeeping customs",
        "I came to accounting from running a restaurant, so I know what a Friday evening with an \
         unfinished VAT return feels like.\n\nMost of my clients cook, bake, brew or let rooms. \
         I visit those nearby and meet the others by video.",
    ),
    (
        "bookkeeping vat year-end payroll startups",
        "We keep books **every week**, not once a year. You see where you stand, the bank sees \
         clean figures, and the year-end takes days instead of months.\n\nWe work in the \
         software you already have.",
    ),
    (
        "startups research-credits corporation-tax",
        "I help founders with the parts they put off: share records, payroll, the first set of \
         accounts. I say what has to be done now and what can wait until you have grown.\n\nNo \
         monthly contract is needed.",
    ),
    (
        "",
        "This practice is just me. That means a real limit on how many clients I take, and it \
         means you always talk to the person who does the work.\n\nI write short answers. If you \
         like long ones, we should have a call.",
    ),
    (
        "self-assessment landlords capital-gains vat crypto pensions",
        "Letters from the tax office are my daily reading. Send me a picture of yours and I will \
         tell you what it says, what it wants, and how long you have.\n\n> Most letters look \
         worse than they are.",
    ),
    (
        "bookkeeping self-assessment charities",
        "I teach bookkeeping two days a week and practise it on the other three. Clients often \
         leave able to do half of the work themselves, which lowers their bill.\n\n- patient \
         with beginners\n- strict about dates\n- fond of a tidy ledger",
    ),
    (
        "vat year-end payroll customs bookkeeping",
        "We have worked with makers and traders since 1998: workshops, garages, growers, \
         builders. We know seasonal income, stock that spoils and customers who pay late.\n\nOur \
         office is on the ground floor and there is parking.",
    ),
    (
        "forensic audit insolvency inheritance",
        "I prepare figures that other people will question: banks, buyers, courts, tax \
         inspectors. Each figure comes with its source, and each assumption is written down.\n\n\
         If your case is weak I will say so before you spend money on it.",
    ),
    (
        "self-assessment pensions inheritance",
        "Retired people, carers and anybody with a simple return are welcome here. You will not \
         be asked to install anything. The telephone is fine, and so is the post.\n\nI charge by \
         the piece of work, never by the minute.",
    ),
];

/// (category, title, description, minutes, price in pence; 0 is free)
#[rustfmt::skip]
pub const SERVICES: &[(&str, &str, &str, i32, i64)] = &[
    ("consultation", "First call", "A short call to see whether I am the right person for what you need. If I am not, I say who might be.", 15, 0),
    ("consultation", "30-minute consultation", "Your questions, answered in plain words. You leave with a written list of what to do and by when.", 30, 8_500),
    (
        "consultation",
        "One hour on your situation",
        "We go through your papers together and look at what you may claim, what you must report \
         and what can wait.",
        60,
        14_500,
    ),
    ("consultation", "A letter from the tax office", "Send the letter beforehand. In the call I explain it and we write the answer together.", 45, 9_500),
    (
        "tax-return",
        "Personal tax return",
        "We go through your statements in one meeting. The return is ready for your approval \
         within five working days.",
        60,
        24_000,
    ),
    ("tax-return", "First tax return", "For people who have never filed one: registration, records, allowances and the return itself.", 90, 29_500),
    ("tax-return", "Return with rental income", "Rents, costs and allowances for up to three lets, with the return that goes with them.", 60, 32_000),
    (
        "tax-return",
        "Late return put right",
        "One missed year brought up to date, with the letter that asks for a lower penalty where \
         there is a reason.",
        75,
        34_000,
    ),
    ("bookkeeping", "A month of bookkeeping", "Up to 60 entries sorted, matched with the bank and explained in a half-page summary.", 45, 16_000),
    (
        "bookkeeping",
        "Books put in order",
        "For books that fell behind: we find the gaps, agree what to do with them and close the \
         oldest quarter.",
        120,
        38_000,
    ),
    ("bookkeeping", "Software set up for you", "Your accounts, tax rates and bank connected in the program you chose, and an hour to practise.", 90, 22_000),
    ("bookkeeping", "Bookkeeping lesson", "Learn to do it yourself, on your own figures, one topic at a time.", 60, 7_500),
    ("payroll", "Monthly payroll, up to five people", "Payslips, reports and the figures for your bank, checked with you before pay day.", 30, 6_500),
    ("payroll", "Payroll set-up call", "Everything needed before the first pay day: registration, contracts to have ready, dates to remember.", 45, 9_000),
    ("payroll", "Payroll corrected", "Wrong codes or missed reports found, put right and explained to the people concerned.", 60, 15_000),
    ("payroll", "Leavers and joiners", "The forms and figures for one person who starts or leaves, done the same week.", 30, 5_500),
    ("vat", "VAT return", "One quarter checked against your books and prepared for your approval.", 45, 13_500),
    ("vat", "VAT health check", "An hour with your last four returns. You get a list of what to change and what it is worth.", 60, 12_000),
    ("vat", "Selling to other countries", "Where you have to register, which rate applies and what your invoices must say.", 60, 17_500),
    ("vat", "Register for VAT or not", "We look at your sales and your customers and decide together. Registration is included if it makes sense.", 45, 11_000),
    (
        "year-end",
        "Year-end accounts, small company",
        "Accounts and company tax for a company with simple books. We begin with a call and a \
         list of what I need.",
        90,
        75_000,
    ),
    ("year-end", "Year-end scoping call", "What has to be done, what it costs and when it will be ready, for your company and its books.", 30, 0),
    ("year-end", "Sole trader accounts", "A year of trading turned into accounts you can show to a bank or a landlord.", 60, 28_000),
    ("year-end", "Accounts for a charity", "Accounts and the trustees' report, in a form your examiner can work with.", 90, 48_000),
    ("registration", "Start a company", "The right form, the papers, the tax registrations and a calendar for the first year.", 60, 19_500),
    ("registration", "Register as self-employed", "Registration, insurance and pension choices, and how to keep records from the first day.", 45, 9_500),
    ("registration", "Register as an employer", "All registrations before your first employee starts, with the dates that follow from them.", 45, 12_500),
    ("registration", "Move from sole trader to company", "When it pays, what moves over and in which order. You get a plan and the forms.", 75, 21_000),
    ("review", "A second opinion", "I read what another adviser wrote or filed, and tell you where I agree and where I do not.", 60, 16_500),
    ("review", "Check before you file", "You have filled it in yourself. I check it line by line while you watch.", 45, 11_000),
    ("review", "Yearly check-up", "Once a year: income, costs, allowances and what changes next year.", 45, 11_500),
    ("review", "Ready for investors", "Your books and share records read the way an investor reads them, with a list of what to repair.", 90, 42_000),
    ("planning", "Tax plan for the year ahead", "What you will owe and when, three things that lower it, and one page to keep.", 60, 18_500),
    ("planning", "Moving to another country", "Residence, the year you leave, the year you arrive, and what to do with what you leave behind.", 75, 24_500),
    ("planning", "Selling a property", "The gain, the reliefs and the dates before you sign, so that the tax is no surprise.", 60, 17_500),
    ("planning", "Passing it on", "Gifts, wills and the family business: what is possible and what it costs, in plain words.", 90, 27_500),
    ("other", "Figures for a mortgage", "The income statement your lender asks for, with a letter that explains it.", 45, 12_000),
    ("other", "Grant report", "The spending of one grant put in the form the funder wants, with its receipts.", 60, 18_000),
    ("other", "Trace of payments", "One account followed through its statements and put on paper, with sources.", 120, 52_000),
    ("other", "Talk about a company in trouble", "Where you stand, what you may and may not do now, and who else you need to speak with.", 60, 14_000),
];
