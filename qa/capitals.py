"""Capitals that stand for their governments: "Tokyo's ambassador", "talks with Tehran".

The table is written from general knowledge; the countries are listed in `qa.countries`.
"""

from __future__ import annotations

import re

from qa.countries import FORMS

_TABLE = """
Abu Dhabi:United Arab Emirates;Abuja:Nigeria;Accra:Ghana;Addis Ababa:Ethiopia;Algiers:Algeria
Amman:Jordan;Ankara:Turkey;Antananarivo:Madagascar;Apia:Samoa;Ashgabat:Turkmenistan
Asmara:Eritrea;Astana:Kazakhstan;Asunción:Paraguay;Athens:Greece;Baghdad:Iraq;Baku:Azerbaijan
Bamako:Mali;Bangkok:Thailand;Bangui:Central African Republic;Beijing:China;Beirut:Lebanon
Belgrade:Serbia;Berlin:Germany;Bern:Switzerland;Berne:Switzerland;Bishkek:Kyrgyzstan
Bogotá:Colombia;Brasilia:Brazil;Bratislava:Slovakia;Bucharest:Romania;Budapest:Hungary
Buenos Aires:Argentina;Bujumbura:Burundi;Cairo:Egypt;Canberra:Australia;Caracas:Venezuela
Chisinau:Moldova;Chişinău:Moldova;Colombo:Sri Lanka;Conakry:Guinea;Copenhagen:Denmark
Dakar:Senegal;Damascus:Syria;Dhaka:Bangladesh;Dili:East Timor;Djibouti:Djibouti;Doha:Qatar
Dublin:Ireland;Dushanbe:Tajikistan;Freetown:Sierra Leone;Gaborone:Botswana;Hanoi:Vietnam
Harare:Zimbabwe;Havana:Cuba;Helsinki:Finland;Islamabad:Pakistan;Jakarta:Indonesia
Juba:South Sudan;Kabul:Afghanistan;Kampala:Uganda;Kathmandu:Nepal;Khartoum:Sudan;Kiev:Ukraine
Kigali:Rwanda;Kinshasa:Democratic Republic of the Congo;Kuala Lumpur:Malaysia;Kyiv:Ukraine
Libreville:Gabon;Lilongwe:Malawi;Lima:Peru;Lisbon:Portugal;Ljubljana:Slovenia;Lomé:Togo
London:United Kingdom;Luanda:Angola;Lusaka:Zambia;Madrid:Spain;Managua:Nicaragua;Manama:Bahrain
Manila:Philippines;Maputo:Mozambique;Minsk:Belarus;Mogadishu:Somalia;Monrovia:Liberia
Montevideo:Uruguay;Moscow:Russia;Muscat:Oman;N'Djamena:Chad;Nairobi:Kenya;Nay Pyi Taw:Myanmar
New Delhi:India;Delhi:India;Niamey:Niger;Nicosia:Cyprus;Nouakchott:Mauritania;Oslo:Norway
Ottawa:Canada;Ouagadougou:Burkina Faso;Paris:France;Peking:China;Phnom Penh:Cambodia
Podgorica:Montenegro;Port-au-Prince:Haiti;Prague:Czech Republic;Praia:Cape Verde
Pretoria:South Africa;Pristina:Kosovo;Pyongyang:North Korea;Quito:Ecuador;Rabat:Morocco
Rangoon:Myanmar;Reykjavik:Iceland;Riga:Latvia;Riyadh:Saudi Arabia;Rome:Italy;Sana'a:Yemen
Santiago:Chile;Santo Domingo:Dominican Republic;Sarajevo:Bosnia and Herzegovina
Seoul:South Korea;Skopje:North Macedonia;Sofia:Bulgaria;Stockholm:Sweden;Suva:Fiji;Taipei:Taiwan
Tallinn:Estonia;Tashkent:Uzbekistan;Tbilisi:Georgia;Tegucigalpa:Honduras;Tehran:Iran
Teheran:Iran;The Hague:Netherlands;Thimphu:Bhutan;Tirana:Albania;Tokyo:Japan;Tripoli:Libya
Tunis:Tunisia;Ulaanbaatar:Mongolia;Vaduz:Liechtenstein;Valletta:Malta;Vienna:Austria
Vientiane:Laos;Vilnius:Lithuania;Warsaw:Poland;Washington:United States;Wellington:New Zealand
Windhoek:Namibia;Yaoundé:Cameroon;Yerevan:Armenia;Zagreb:Croatia
"""
CAPITALS: dict[str, str] = dict(re.findall(r"([^:;\n]+):([^;\n]+)", _TABLE))
"""Capital -> the country's listed name."""

_FORMER = {"Belgrade": ("Yugoslavia", "Yugoslav")}
_OWNS = re.compile(
    r"^(?:['’]s?\b|\s(?:delegat|govern|authorit|regime|envoy|ambassador|official|negotiat)\w*)"
)
_DEALS = re.compile(r"\b(?:with|between|against|between [A-Z]\w+ and)\s$")


def stands_for(text: str, start: int, end: int) -> tuple[str, ...]:
    """The forms of the country whose government the capital `text[start:end]` stands for.

    Empty for a place where something is done ("in Tokyo") and for what is no capital.
    """
    capital = text[start:end]
    if capital not in CAPITALS or not (_OWNS.match(text[end:]) or _DEALS.search(text[:start])):
        return ()
    return (*FORMS[CAPITALS[capital]], *_FORMER.get(capital, ()))
