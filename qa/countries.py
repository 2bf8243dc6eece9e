"""Countries and their people, written from general knowledge.

One line a country: its name, the words for its people, other names for it.
"""

from __future__ import annotations

import re
import unicodedata

_TABLE = """
Afghanistan|Afghan
Albania|Albanian
Algeria|Algerian
Andorra|Andorran
Angola|Angolan
Argentina|Argentine,Argentinian
Armenia|Armenian
Australia|Australian
Austria|Austrian
Azerbaijan|Azerbaijani,Azeri
Bahamas|Bahamian
Bahrain|Bahraini
Bangladesh|Bangladeshi
Barbados|Barbadian
Belarus|Belarusian,Belarussian
Belgium|Belgian
Belize|Belizean
Benin|Beninese
Bhutan|Bhutanese
Bolivia|Bolivian
Bosnia and Herzegovina|Bosnian|Bosnia,Bosnia-Herzegovina
Botswana|Botswanan
Brazil|Brazilian
Brunei|Bruneian
Bulgaria|Bulgarian
Burkina Faso|Burkinabe
Burundi|Burundian
Cambodia|Cambodian
Cameroon|Cameroonian
Canada|Canadian
Cape Verde|Cape Verdean|Cabo Verde
Central African Republic|
Chad|Chadian
Chile|Chilean
China|Chinese|People's Republic of China
Colombia|Colombian
Comoros|Comorian
Costa Rica|Costa Rican
Croatia|Croatian,Croat
Cuba|Cuban
Cyprus|Cypriot
Czech Republic|Czech|Czechia
Democratic Republic of the Congo|Congolese|DR Congo,Congo,DRC
Denmark|Danish,Dane
Djibouti|Djiboutian
Dominican Republic|Dominican
East Timor|Timorese|Timor-Leste
Ecuador|Ecuadorian,Ecuadorean
Egypt|Egyptian
El Salvador|Salvadoran
Equatorial Guinea|
Eritrea|Eritrean
Estonia|Estonian
Ethiopia|Ethiopian
Fiji|Fijian
Finland|Finnish,Finn
France|French
Gabon|Gabonese
Gambia|Gambian
Georgia|Georgian
Germany|German|Federal Republic of Germany
Ghana|Ghanaian
Greece|Greek
Guatemala|Guatemalan
Guinea|Guinean
Guinea-Bissau|
Guyana|Guyanese
Haiti|Haitian
Holy See||Vatican
Honduras|Honduran
Hungary|Hungarian
Iceland|Icelandic,Icelander
India|Indian
Indonesia|Indonesian
Iran|Iranian
Iraq|Iraqi
Ireland|Irish
Israel|Israeli
Italy|Italian
Ivory Coast|Ivorian|Côte d'Ivoire,Côte d’Ivoire
Jamaica|Jamaican
Japan|Japanese
Jordan|Jordanian
Kazakhstan|Kazakh,Kazakhstani
Kenya|Kenyan
Kosovo|Kosovar
Kuwait|Kuwaiti
Kyrgyzstan|Kyrgyz|Kyrgyz Republic
Laos|Laotian,Lao
Latvia|Latvian
Lebanon|Lebanese
Lesotho|
Liberia|Liberian
Libya|Libyan
Liechtenstein|Liechtensteiner
Lithuania|Lithuanian
Luxembourg|Luxembourger,Luxembourgish
Madagascar|Malagasy
Malawi|Malawian
Malaysia|Malaysian
Maldives|Maldivian
Mali|Malian
Malta|Maltese
Mauritania|Mauritanian
Mauritius|Mauritian
Mexico|Mexican
Moldova|Moldovan
Monaco|Monegasque
Mongolia|Mongolian
Montenegro|Montenegrin
Morocco|Moroccan
Mozambique|Mozambican
Myanmar|Burmese|Burma
Namibia|Namibian
Nepal|Nepalese,Nepali
Netherlands|Dutch|Holland
New Zealand|New Zealander
Nicaragua|Nicaraguan
Niger|Nigerien
Nigeria|Nigerian
North Korea|North Korean|DPRK
North Macedonia|Macedonian|Macedonia
Norway|Norwegian
Oman|Omani
Pakistan|Pakistani
Palestine|Palestinian
Panama|Panamanian
Papua New Guinea|
Paraguay|Paraguayan
Peru|Peruvian
Philippines|Philippine,Filipino
Poland|Polish,Pole
Portugal|Portuguese
Qatar|Qatari
Romania|Romanian
Russia|Russian|Russian Federation
Rwanda|Rwandan
Samoa|Samoan
San Marino|Sammarinese
Saudi Arabia|Saudi
Senegal|Senegalese
Serbia|Serbian,Serb
Seychelles|
Sierra Leone|
Singapore|Singaporean
Slovakia|Slovak,Slovakian|Slovak Republic
Slovenia|Slovenian,Slovene
Somalia|Somali
South Africa|South African
South Korea|South Korean|Republic of Korea,Korea
South Sudan|South Sudanese
Soviet Union|Soviet|USSR
Spain|Spanish,Spaniard
Sri Lanka|Sri Lankan
Sudan|Sudanese
Suriname|Surinamese
Sweden|Swedish,Swede
Switzerland|Swiss
Syria|Syrian
Taiwan|Taiwanese
Tajikistan|Tajik
Tanzania|Tanzanian
Thailand|Thai
Togo|Togolese
Trinidad and Tobago|
Tunisia|Tunisian
Turkey|Turkish,Turk|Türkiye
Turkmenistan|Turkmen
Uganda|Ugandan
Ukraine|Ukrainian
United Arab Emirates|Emirati|UAE
United Kingdom|British,Briton|UK,Great Britain,Britain,England,Scotland,Wales
United States|American|United States of America,USA,U.S.,US
Uruguay|Uruguayan
Uzbekistan|Uzbek
Venezuela|Venezuelan
Vietnam|Vietnamese|Viet Nam
Yemen|Yemeni
Yugoslavia|Yugoslav
Zambia|Zambian
Zimbabwe|Zimbabwean
"""


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _rows() -> list[tuple[str, list[str], list[str]]]:
    rows = []
    for line in _TABLE.split("\n")[1:-1]:
        name, people, others = (line + "||").split("|")[:3]
        rows.append(
            (name, list(filter(None, people.split(","))), list(filter(None, others.split(","))))
        )
    return rows


NAMES: dict[str, str] = {}
"""Every written form of a country, with capitals as written -> the name it is listed under."""

DEMONYMS: dict[str, str] = {}
"""Folded one-word nationality -> folded one-word country name ("swiss" -> "switzerland")."""

PEOPLES: dict[str, str] = {}
"""Nationality or people as written -> the country's listed name ("Swiss" -> "Switzerland")."""

FORMS: dict[str, tuple[str, ...]] = {}
"""Every written form of a country or its people -> all of its forms."""

for _name, _people, _others in _rows():
    for _form in (_name, *_people, *_others):
        FORMS[_form] = (_name, *_people, *_others)
    for _form in (_name, *_others):
        NAMES[_form] = _name
    for _form in _people:
        PEOPLES[_form] = _name
        if " " not in _form and " " not in _name:
            DEMONYMS[_fold(_form)] = _fold(_name)
            DEMONYMS[_fold(_form) + "s"] = _fold(_name)


def _pattern(forms: dict[str, str]) -> re.Pattern[str]:
    longest_first = sorted(forms, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")


COUNTRY = _pattern(NAMES)
"""Matches a country's name in running text (case matters: "Turkey", not "turkey")."""

NATIONALITY = _pattern(PEOPLES)
"""Matches a nationality in running text."""
