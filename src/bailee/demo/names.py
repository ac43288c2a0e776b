"""What invented people, firms and places are called. Put together at random, so that nobody is meant by it."""

GIVEN = (
    "Abena", "Adaeze", "Agnieszka", "Ahmed", "Aiko", "Alejandra", "Amara", "Anders", "Anika", "Anwar", "Aoife", "Arjun",
    "Astrid", "Ayşe", "Beatriz", "Benedikt", "Bilal", "Blessing", "Bronwen", "Callum", "Chiara", "Chidi", "Chloe",
    "Dafydd", "Daniela", "Delroy", "Elif", "Emeka", "Esther", "Eun-ji", "Fatima", "Fionnuala", "Gareth", "Giulia",
    "Grace", "Gurpreet", "Hamza", "Haruto", "Hye-jin", "Ibrahim", "Ingrid", "Ismail", "Ji-woo", "Joanna", "João",
    "Kavita", "Kwabena", "Laila", "Lars", "Leila", "Leticia", "Lucía", "Magnus", "Malik", "Marek", "Mei", "Mihai",
    "Nadia", "Nikolai", "Niamh", "Oluwaseun", "Oskar", "Parveen", "Rafael", "Rashida", "Rohan", "Rosalind", "Ruairi",
    "Sakura", "Samira", "Santiago", "Siân", "Simran", "Soo-min", "Svetlana", "Tariq", "Tendai", "Thandiwe", "Thuy",
    "Valentina", "Wanjiru", "Winston", "Xiulan", "Yusuf", "Zainab", "Zofia",
)  # fmt: skip

FAMILY = (
    "Abdi", "Achterberg", "Adeleke", "Ahlström", "Akhtar", "Amadi", "Appiah", "Banerjee", "Barzani", "Bellini",
    "Berglund", "Boateng", "Brannigan", "Campbell", "Carvalho", "Castillo", "Chandra", "Chaudhry", "Chen", "Cheung",
    "Dębski", "Delacroix", "Demir", "Dhillon", "Donnelly", "Dube", "Edwards", "Eze", "Fernández", "Ferreira", "Fujita",
    "Gallagher", "García", "Ghosh", "Haugen", "Hernández", "Horvat", "Ionescu", "Iqbal", "Ishikawa", "Jankowski",
    "Jensen", "Kamau", "Kang", "Kapoor", "Kaya", "Khumalo", "Kovács", "Le", "Lewandowska", "Lindholm", "Llewellyn",
    "Macleod", "Mahmood", "Martins", "Mbeki", "Mitchell", "Moreau", "Mwangi", "Nakamura", "Ng", "Nguyen", "Novák",
    "O'Sullivan", "Odhiambo", "Osei", "Park", "Pereira", "Petrov", "Popescu", "Pretorius", "Quinn", "Rahimi", "Ramos",
    "Rees", "Rossi", "Saeed", "Sato", "Schreiber", "Seo", "Sharma", "Silva", "Solberg", "Tanaka", "Taylor", "Tran",
    "Vasquez", "Vermeer", "Wójcik", "Yamamoto", "Zhang",
)  # fmt: skip

TRADES = (
    "Accountants", "Architects", "Bakery", "Books", "Builders", "Carpentry", "Catering", "Ceramics", "Cycles", "Dental",
    "Design", "Electrical", "Events", "Flowers", "Garage", "Glassworks", "Instruments", "Joinery", "Kitchens",
    "Laundry", "Legal", "Logistics", "Nursery", "Opticians", "Pharmacy", "Plumbing", "Press", "Roofing", "Surveyors",
    "Tailoring", "Textiles", "Travel", "Upholstery", "Veterinary", "Wholefoods",
)  # fmt: skip

PLACES = (
    "Alderwick", "Ashmere", "Birchcombe", "Blackthorn", "Brackenhill", "Brindle Bay", "Copperfield",
    "Dunmarsh", "Eastmoor", "Elmstead Cross", "Fernleigh", "Foxhollow", "Gorsedale", "Greywater", "Hallowby",
    "Hazelrigg", "Holmfirst", "Kestrel Point", "Marlowe Green", "Millrace", "Northgate", "Oakhanger",
    "Old Quay", "Pennycross", "Port Ellery", "Quarrybank", "Ravensholt", "Redcliff", "Saltmarket", "Silverdale Rise",
    "Stonebridge", "Thistledown", "Underhill", "Wavecrest", "Westerby", "Whinfell", "Willowbrook", "Yarrow Vale",
)  # fmt: skip

STREETS = (
    "Almond Row", "Anchor Street", "Beacon Hill", "Canal Walk", "Castle Gate", "Chapel Lane", "Cooper's Yard",
    "Dock Road", "Fountain Square", "Glebe Avenue", "Granary Street", "Harbour Lane", "Hope Terrace", "Ivy Court",
    "Kiln Lane", "Lantern Street", "Mill Road", "Orchard Close", "Palace Parade", "Quay Street", "Ropewalk",
    "Sailmaker Street", "School Hill", "Station Road", "Tanner's Row", "Union Street", "Vine Street", "Wharf Road",
)  # fmt: skip

POSITIONS = ("", "", "owner", "director", "office manager", "accounts", "purchasing", "IT", "reception", "partner")

MAIL_DOMAINS = ("post.example", "mail.example", "letterbox.example")
