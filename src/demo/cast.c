// SPDX-License-Identifier: MIT
// People, topics and products of an invented outdoor shop. Addresses end in example.com.
#include "demo/cast.h"
#include "base/attr.h"

const struct person people[N_PEOPLE] = {
    {"maya.chen@example.com"},    {"jonas.weber@example.com"},   {"amina.diallo@example.com"},
    {"lucas.silva@example.com"},  {"priya.nair@example.com"},    {"olga.novak@example.com"},
    {"samuel.okoro@example.com"}, {"ingrid.berg@example.com"},   {"hiro.tanaka@example.com"},
    {"elena.rossi@example.com"},  {"david.cohen@example.com"},   {"fatima.haddad@example.com"},
    {"noah.martin@example.com"},  {"sofia.garcia@example.com"},  {"emil.larsen@example.com"},
    {"grace.kim@example.com"},    {"tomas.horak@example.com"},   {"leila.aziz@example.com"},
    {"ben.walker@example.com"},   {"nadia.petrova@example.com"}, {"marco.bianchi@example.com"},
    {"yara.costa@example.com"},   {"oscar.lind@example.com"},    {"ruth.adler@example.com"},
};

const struct product products[N_PRODUCTS] = {
    {"Ridgeline 2 tent", "TNT-2042", 34900},     {"Fjell down jacket", "JKT-1187", 27900},
    {"Cairn 45 backpack", "BPK-4510", 18900},    {"Tarn water filter", "FLT-0301", 4900},
    {"Scree hiking boots", "BTS-7719", 21900},   {"Ember gas stove", "STV-1102", 6900},
    {"Lumen headlamp", "LMP-0220", 5900},        {"Drift sleeping bag -5", "SLB-3305", 23900},
    {"Summit trekking poles", "POL-2210", 9900}, {"Moraine rain shell", "SHL-8841", 19900},
    {"Basecamp mat", "MAT-5006", 8900},          {"Alder merino base layer", "BSL-6124", 7900},
};

const struct topic topics[N_TOPICS] = {
    {"returns",
     {{"Can I return boots that I wore once on a short hike?",
       "Yes. Within 60 days you can return boots even after a short test hike, as long as the sole "
       "shows no heavy wear. Clean them roughly, use the label from your order page, and the "
       "refund "
       "arrives three to five working days after we receive the parcel."},
      {"Do I pay for the return shipping?",
       "No, the label is free within the EU and Switzerland. From other countries we refund up to "
       "15 EUR when you send us the receipt."},
      {"And if I lost the box?", "That is fine. Any sturdy carton works; only please put the boots "
                                 "in a bag so that the label "
                                 "stays dry."},
      {"Thanks, that helps.", "Glad to hear it. Enjoy the next hike!"}},
     {"Returns. Articles can be returned within 60 days of delivery. Footwear may show traces of a "
      "single test hike. Climbing hardware, opened gas cartridges and base layers without "
      "packaging "
      "are excluded for safety and hygiene.",
      "Return labels. Labels are free inside the European Union and Switzerland. Customers "
      "elsewhere "
      "are refunded up to 15 EUR against the receipt.",
      "Refunds go to the original means of payment three to five working days after the parcel has "
      "arrived at the warehouse in Leipzig."}},
    {"sizing",
     {{"Which size of the Fjell jacket do I need at 182 cm and 78 kg?",
       "Size M fits most people from 178 to 184 cm and 70 to 80 kg. If you plan to wear a thick "
       "fleece underneath, take L: the cut is close around the shoulders."},
      {"I have long arms, is M still right?",
       "The sleeves of M measure 66 cm, two more than usual, so M should still cover your wrists "
       "when you reach up. If in doubt order both and send one back."},
      {"Is there a women's cut?",
       "Yes, in sizes 34 to 46. It is 4 cm shorter with more room at the hips."},
      {"Great.", "You are welcome. Shall I put size M into your cart?"}},
     {"Fjell down jacket, sizes. S 170-178 cm, 60-70 kg. M 178-184 cm, 70-80 kg. L 184-190 cm, "
      "80-92 "
      "kg. Sleeve length of M 66 cm. The cut is close around the shoulders.",
      "Layering. With a fleece of 300 g/m2 or more choose one size up.",
      "Women's cut of jackets: sizes 34 to 46, back length 4 cm shorter, wider hips."}},
    {"delivery",
     {{"How long does delivery to Norway take?",
       "Five to seven working days. Orders before 14:00 leave the warehouse the same day; customs "
       "usually adds one or two days."},
      {"Do I have to pay customs?",
       "For orders up to 3000 NOK tax is already included at checkout. Above that the carrier "
       "collects it on delivery."},
      {"Can you deliver to a pickup point?",
       "Yes. Choose Posten pickup at checkout; the parcel waits there for 14 days."},
      {"Perfect, thank you.", "With pleasure. You get the tracking link by mail."}},
     {"Delivery times. Germany 1-2, EU 3-5, Norway and Switzerland 5-7 working days. Orders placed "
      "before 14:00 CET ship the same day.",
      "Customs Norway. VOEC applies to orders up to 3000 NOK: tax is charged at checkout.",
      "Pickup points keep parcels for 14 days (Posten, DHL) or 7 days (PostNL)."}},
    {"tent care",
     {{"The seams of my Ridgeline 2 let water in, what can I do?",
       "First check whether the tape is peeling or whether the fabric around the seam is wet. For "
       "peeling tape clean the seam with alcohol and apply seam sealer from the inside; let it dry "
       "for twelve hours. Within five years that is also covered by the warranty."},
      {"How do I claim the warranty?",
       "Send two photos of the seam and the order number through the service form. We repair most "
       "tents within ten working days, otherwise you get a replacement."},
      {"Can I wash it before?", "Yes, by hand with lukewarm water and no detergent. A washing "
                                "machine destroys the coating."},
      {"OK, will do.", "Good luck, and tell us if the sealer does not hold."}},
     {"Ridgeline tents, care. Wash by hand in lukewarm water without detergent. Never machine "
      "wash. "
      "Dry completely before storing.",
      "Seams. Peeling tape: clean with isopropyl alcohol, apply polyurethane sealer from inside, "
      "dry "
      "for 12 hours.",
      "Warranty. Tents five years against faults of material and workmanship. Claim with two "
      "photos "
      "and the order number."}},
    {"stoves on planes",
     {{"May I take the Ember stove on a plane?",
       "The stove itself yes, in checked baggage, clean and without smell of gas. Cartridges are "
       "forbidden in any baggage; buy them where you land."},
      {"Do cartridges in Spain have the same thread?",
       "Most outdoor shops carry EN 417 screw cartridges. Supermarkets often have only pierceable "
       "or "
       "bayonet ones, which do not fit without an adapter."},
      {"Do you sell the adapter?",
       "Yes, the Ember adapter for bayonet cartridges, STV-1190, 19 EUR."},
      {"Then I take one.", "I have noted it for your cart."}},
     {"Air travel. Stoves without fuel may fly in checked baggage when clean. Gas cartridges are "
      "dangerous goods and are forbidden.",
      "Cartridges. Ember stoves use EN 417 screw cartridges. An adapter for bayonet cartridges "
      "exists "
      "(STV-1190).",
      "Altitude. Winter mix (propane, isobutane) works down to -15 C."}},
    {"filter cleaning",
     {{"My Tarn filter is very slow, is it broken?",
       "Probably clogged, not broken. Backflush it three times with the syringe and clean water; "
       "after silty water soak it for an hour in warm water first. If it stays below half a litre "
       "per minute, replace the cartridge."},
      {"Did frost damage it? It was outside at -3 degrees.",
       "If the cartridge was wet and froze, please replace it even if it still flows: the fibres "
       "can "
       "crack, and then it no longer holds back bacteria."},
      {"How do I test it?",
       "The bubble test: push air through the wet cartridge. Bubbles mean that it leaks."},
      {"It bubbles...", "Then please do not use it any more. A new cartridge costs 24 EUR."}},
     {"Tarn filter, maintenance. Backflush three times after each trip. Soak one hour in warm "
      "water "
      "after silty water. Replace below 0.5 l/min.",
      "Frost. A wet cartridge that froze must be replaced; hollow fibres crack.",
      "Integrity. Bubble test: air pushed through a wet cartridge must not pass."}},
    {"gift cards",
     {{"My gift card says it is expired, but I got it last month.",
       "That should not happen: cards are valid for three years. Please tell me the last four "
       "digits "
       "and I check its state."},
      {"4471", "The card was created but never activated at the till. I have activated it; the "
               "balance is 50 EUR."},
      {"Can I use two cards for one order?",
       "Yes, up to five, and pay the rest by card or invoice."},
      {"Super, thanks!", "Enjoy your order!"}},
     {"Gift cards are valid for three years from the date of purchase and are activated at the "
      "till.",
      "Up to five gift cards can be combined in one order.",
      "A card that was not activated shows as expired. Support may activate it after checking the "
      "receipt."}},
    {"trip planning",
     {{"What do I need for three days on the Kungsleden in September?",
       "Expect 0 to 10 degrees and rain. Take a three-season tent, a sleeping bag for -5, a rain "
       "shell, one warm layer, boots that you know, a stove with one 230 g cartridge, food for "
       "four "
       "days and a map. Huts along the way sell basics."},
      {"Is my 45 litre backpack enough?",
       "For three days yes, if tent and mat go outside or you share them. Keep it below 12 kg."},
      {"Are there mosquitoes?", "In September hardly any after the first frost nights."},
      {"Sounds good.", "Have a great trip. Shall I send you the list by mail?"}},
     {"Packing list, three-season trekking. Tent, bag to -5, mat, shell, warm layer, stove, 230 g "
      "gas "
      "for three days, map, first aid.",
      "Kungsleden. Nights in September around freezing; huts sell basic food until mid September.",
      "Pack weight. Aim below 20 percent of body weight; 40 to 50 litres suffice for three days."}},
};
