/**
 * What kind of number words speak of, in the languages of those who have it: words, and pairs of words, in lower
 * case. A word may speak of many; that none speaks of anything else is the point of the list.
 */
export const topics = {
  passport:
    'passport, passports, passportnumber, travel document, reisepass, reisepassnummer, passnummer, passeport, pasaporte, passaporte, paspoort, pass no, pass nr, paszport, pas, 여권번호, 여권번호는, 여권, 护照, 护照号, 護照, パスポート, 旅券, หนังสือเดินทาง, पासपोर्ट, паспорт, паспорта, pasaport',
  pasaporte: 'pasaporte',
  passaporto: 'passaporto, passaporti',
  licence:
    'driver license, drivers license, driver licence, drivers licence, s license, s licence, driving license, driving licence, license number, licence number, license no, licence no, driverslicense, driverlicense, drivinglicense, drivinglicence, dl no, dl number, my license, my licence, licence, führerschein, führerscheinnummer, fahrerlaubnis, patente, patente di, permis de, permiso de, conducir, rijbewijs, cnh, habilitação, 운전면허, 운전면허번호, prawo jazdy, driver',
  permit:
    'driver license, drivers license, driver licence, drivers licence, s license, s licence, driving license, driving licence, license number, licence number, license no, licence no, driverslicense, driverlicense, drivinglicense, drivinglicence, dl no, dl number, my license, my licence, licence, führerschein, führerscheinnummer, fahrerlaubnis, patente, patente di, permis de, permiso de, conducir, rijbewijs, cnh, habilitação, 운전면허, 운전면허번호, prawo jazdy, driver, license, licenses, licences, permit',
  plate:
    'plate, plates, license plate, licence plate, number plate, registration plate, licenseplate, licenceplate, numberplate, plate number, vehicle registration, car registration, car reg, reg plate, vehicle, vehicles, car, kennzeichen, kfz, autokennzeichen, nummernschild, placa, placas, matrícula, matricula, immatriculation, plaque, targa, plaka, plakası, plakasi, kenteken, registreringsnummer, nummerplade, rekisterinumero, veiculo, veículo, araç',
  vin: 'vin, vehicle identification, chassis, chassis number, fahrgestellnummer, fin',
  birth:
    'born, birth, dob, birthday, birthdate, bday, geboren, geburtsdatum, geburtstag, geb, né, née, naissance, nacimiento, nacido, nacida, nascita, nato, nata, nascimento, nascido, nasc, geboortedatum, fødselsdato, födelsedatum, syntymäaika, urodzenia, doğum, 生年月日, 出生日期, 생년월일, วันเกิด',
  tax: 'tin, tax id, taxid, tax number, taxnumber, tax no, tax identification, taxpayer, taxpayer id, tax file, itin, ein, fein, employer identification',
  vat: 'vat, vatin, vat id, vat number, vat no, vatid, vatnumber, vat reg, tax, ust idnr, ustidnr, ust id, ustid, umsatzsteuer, umsatzsteuer id, mwst, tva, iva, partita iva, p iva, piva, btw, btw nummer, moms, momsnr, moms nr, alv, nif, cif, nip, dic, ič dph, dph, áfa, adószám, gst, uid, pvn, pvm, kmkr, ддс, gstin, numéro tva',
  ssn: 'ssn, ssns, socialsecurity, social security, soc sec, social insurance',
  itin: 'itin, taxpayer, individual taxpayer, tax id, ssn',
  ein: 'ein, fein, employer identification, employer id, tax id',
  npi: 'npi, npis, provider identifier, provider id, national provider, provider number, provider npi',
  dea: 'dea, dea number, medical license, medical licence, medical certificate, certificate number, certificate, physician license, medicallicense',
  mbi: 'mbi, medicare, medicare id, medicare number, medicare beneficiary, hicn',
  bank: 'bank account, account number, account no, account num, accountnumber, acct number, acct no, acct num, bank number, banknumber, acct, checking account, savings account, my account, bankaccount, bankleitzahl, kontonummer, konto, konto nr, número de, clabe, cbu, cuenta, número cuenta, conta, agência, 口座番号, 계좌번호, 银行账号, เลขที่บัญชี, rekening, rekeningnummer, kontonr',
  routing: 'routing, aba, rtn, transit, routing number, routingnumber, aba number, aba rtn, ach, fedwire',
  isin: 'isin, security, securities, wkn, isin code',
  imei: 'imei, imeis, imei number, device imei',
  bic: 'bic, swift, swiftcode',
  pix: 'pix, chave pix, pixkey',
  mac: 'mac, hardware, physical address, ethernet, hwaddr, ether',
  nhs: 'nhs, nhs number, nhs no, nhsnumber, health service, patient, chi number',
  nino: 'nino, national insurance, ni number, ni no, nationalinsurance, insurance number, nin',
  utr: 'utr, unique taxpayer, taxpayer reference, tax reference',
  postcode: 'postcode, post code, postal code, postalcode, zip, zipcode, zip code, address, send to',
  cep: 'cep, código postal, codigo postal, endereço postal',
  dni: 'dni, nif, nie, documento nacional, documento, identidad, cédula, cedula, número de, cif, carnet, ci, carné, c i, cui',
  spainSocial: 'nss, seguridad social, número de, naf',
  fiscal: 'codice fiscale, codicefiscale, cod fisc, fiscale, cf, c f, fiscal code, tax code',
  italianId:
    'carta d, d identità, d identita, identità, identita, identity card, id card, carta identità, cie',
  germanTax:
    'idnr, id nr, steuer id, steuerid, steueridentifikationsnummer, steuernummer, steuer nr, st nr, stnr, steueridnr, identifikationsnummer, tin, tax id, tax number, finanzamt',
  germanId:
    'personalausweis, personalausweisnummer, ausweis, ausweisnummer, ausweisnr, id card, identity card, reisepass, reisepassnummer',
  germanSocial:
    'rvnr, rentenversicherungsnummer, sozialversicherungsnummer, svnr, sv nummer, sozialversicherungsausweis, versicherungsnummer, rv nummer, renten',
  germanHealth:
    'krankenversichertennummer, kvnr, krankenversicherung, versichertennummer, krankenkasse, gesundheitskarte, egk, versicherten nr, kv nummer',
  register: 'handelsregister, hrb, hra, amtsgericht, registernummer, commercial register, registergericht',
  lanr: 'lanr, arztnummer, arzt, lebenslange arztnummer, arztnr',
  bsnr: 'bsnr, betriebsstätte, betriebsstättennummer, betriebsstättennr, praxis',
  austria:
    'sozialversicherungsnummer, svnr, sv nummer, sv nr, vsnr, versicherungsnummer, uid, steuernummer, firmenbuch',
  swiss:
    'ahv, ahv nummer, ahvnr, avs, sozialversicherungsnummer, uid, no avs, n avs, numero avs, unternehmens',
  french:
    'nir, numéro de, sécurité sociale, securite sociale, sécu, insee, carte vitale, num sécu, siren, siret, spi, numéro fiscal, siret number',
  belgian:
    'rijksregisternummer, rijksregister, registre national, national register, niss, insz, rrn, numéro national, nrn, bis, bisnummer, ondernemingsnummer, kbo, bce',
  luxembourg: 'matricule, matricules, numéro matricule, ccss, sozialversicherungsnummer',
  bsn: 'bsn, burgerservicenummer, sofinummer, sofi, burger service, service number',
  nordic:
    'personnummer, personnr, pnr, personal identity, identity code, hetu, henkilötunnus, cpr, cpr nummer, cprnr, fødselsnummer, fodselsnummer, fnr, kennitala, kt, swedish id, finnish id, id code, samordningsnummer, d nummer, sosiaaliturvatunnus',
  organisation:
    'organisationsnummer, orgnr, org nr, orgnummer, organisasjonsnummer, org nummer, cvr, cvr nr, y tunnus, ytunnus, organisation number, företag, business id',
  pesel: 'pesel, pesel number, numer pesel, nip, regon, dowód osobisty, dowód, dowodu',
  birthNumber: 'rodné číslo, rodne cislo, rodné, rč, rc, birth number, birthnumber, ičo, ico, ič',
  baltic:
    'isikukood, asmens kodas, asmenskodas, personas kods, personal code, registrikood, ik, ak, pk, isikukoodi',
  jmbg: 'jmbg, emšo, emso, embg, matični broj, maticni broj, jedinstveni matični, emshno, oib, pib, osobni identifikacijski, davčna številka',
  egn: 'egn, егн, ЕГН, bulstat, eik, еик, булстат, лнч',
  cnp: 'cnp, cod numeric, cui, cif, cod fiscal, numeric personal',
  greek: 'amka, αμκα, αφμ, afm, ααδτ',
  hungarian: 'taj, taj szám, tajszám, adóazonosító, adószám, személyi szám, adóazonosító jel',
  portuguese:
    'nif, contribuinte, número de, cartão de, cartão cidadão, nipc, nif number, nº contribuinte, niss',
  irish: 'pps, ppsn, pps number, pps no, personal public, public service',
  russian: 'inn, инн, ИНН, снилс, СНИЛС, snils, кпп, огрн, ogrn, паспорт, паспорта, налогоплательщика',
  ukrainian: 'рнокпп, РНОКПП, єдрпоу, ЄДРПОУ, edrpou, rnokpp, іпн, ipn, код',
  turkish:
    'tckn, tc kimlik, kimlik, kimlik no, tc no, t c, vkn, vergi, vergi no, turkish id, tckimlik, türkiye, tc, kimlik numarası, tc kimlikno, kimliği, kişi',
  israeli: 'teudat zehut, teudat, israeli id, tz, תעודת זהות, ת ז, מספר זהות',
  southAfrican:
    'south african, sa id, rsa id, id number, identity number, permanent resident, idnumber, south africa',
  nigerian: 'nin, national identification, identity number, nimc, nigerian id',
  kenyan: 'kra, kra pin, pin',
  pan: 'pan, pan number, pan no, permanent account, pancard, pan card',
  aadhaar: 'aadhaar, aadhar, adhaar, uidai, aadhaar number, aadhaar no, uid, आधार',
  voter: 'voter, voter id, epic, elector, voters, election card, voterid, epic no',
  gstin: 'gstin, gst, gst number, gst no, gstins, business registration, gst in',
  chinese:
    '身份证, 身份证号, 身份证号码, resident id, identity card, chinese id, shenfenzheng, identity number, citizen id, 统一社会信用代码, social credit, uscc',
  hongKong: 'hkid, hk id, hong kong, identity card, 身份證, 身份證號碼',
  taiwanese: 'taiwan, taiwan id, national id, arc, 身分證, 身分證字號, 統一編號, ubn, 統編',
  japanese: 'my number, mynumber, マイナンバー, 個人番号, 法人番号, corporate number, individual number',
  korean:
    'rrn, resident registration, korean rrn, 주민등록번호, 주민등록번호는, 주민번호, frn, korean frn, foreigner registration, 외국인등록번호, brn, 사업자등록번호, 사업자번호, business registration',
  thai: 'thai id, thai national, national id, tnin, เลขประจำตัวประชาชน, บัตรประชาชน, thai',
  singapore: 'nric, fin, uen, nric number, nric no, fin number, singapore id, identification number',
  malaysian: 'nric, mykad, ic number, ic no, kad pengenalan, ic',
  indonesian: 'nik, ktp, npwp, no ktp, nomor induk, induk kependudukan',
  philippine: 'tin, bir, bir tin, sss, umid, philhealth, tax identification',
  vietnamese: 'mst, mã số, cccd, cmnd, số thuế, căn cước',
  pakistani: 'cnic, nadra, ntn, cnic no, cnic number',
  lankan: 'nic, nic number, nic no, national identity',
  sin: 'sin, social insurance, insurance number, sin number, nas, assurance sociale, bn, business number, gst hst',
  abn: 'abn, business number, australian business, abn number, acn, company number, australian company',
  tfn: 'tfn, tax file, file number, taxfilenumber',
  medicare: 'medicare, medicare number, medicare card, medicare no, medicarenumber',
  ird: 'ird, ird number, ird no, inland revenue, nhi',
  cpf: 'cpf, cpfs, cpf do, cpf nº, cadastro de, pessoa física, contribuinte, cnpj, cnpjs, cpf cnpj, cadastro nacional',
  rg: 'rg, rg nº, registro geral, carteira de, cédula de, órgão emissor',
  cns: 'cns, cartão sus, cartao sus, cartão nacional, sus',
  renavam: 'renavam, renavan',
  eleitor:
    'título de, titulo de, título eleitor, titulo eleitor, eleitor, título eleitoral, titulo eleitoral, título, titulo',
  pis: 'pis, pasep, nis, nit, pis pasep',
  cuit: 'cuit, cuil, cdi, cuit cuil, cbu, dni',
  rut: 'rut, run, r u, u t, cédula, rol único, c i',
  nit: 'nit, cédula, cedula, cédula de, rnc, ruc, rif, dpi, c c, documento, dui, rtn, cpf, contribuyente, registro único, ci, dimex',
  mexican: 'rfc, curp, clabe, clave única, nss, registro federal, imss',
  identity:
    'national id, nationalid, id card, identity card, identity number, identification number, national identity, nationalidnumber, citizen id, cédula, cedula, jmbg, personal id, personalid, personal code, id number',
} as const satisfies Readonly<Record<string, string>>;

export type Topic = keyof typeof topics;
