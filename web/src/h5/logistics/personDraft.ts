import type { Person, SavePerson } from '@/shared/api/logisticsTypes'
import { isPhone, normalisePhone } from '@/shared/phones'
import { isResidentId, nameProblem, normaliseResidentId, present, type Problems } from '../reservation/rules'
import { certificateProblem } from './certificates'

export interface PersonDraft {
  driverNo: string | null
  name: string
  phone: string
  role: Person['role']
  /** Typed in full for a new person; never kept on the phone. */
  idNumber: string
  idNumberMasked: string
  consent: boolean
  licenceClass: string
  licenceExpiry: string
  qualificationNo: string
  qualificationExpiry: string
  classes: string[]
  photos: string[]
  version: number
}

export function emptyPerson(role: Person['role'] = 'driver'): PersonDraft {
  return {
    driverNo: null,
    name: '',
    phone: '',
    role,
    idNumber: '',
    idNumberMasked: '',
    consent: false,
    licenceClass: '',
    licenceExpiry: '',
    qualificationNo: '',
    qualificationExpiry: '',
    classes: [],
    photos: [],
    version: 0,
  }
}

export function personDraft(person: Person): PersonDraft {
  return {
    ...emptyPerson(person.role),
    driverNo: person.driver_no,
    name: person.name,
    phone: person.phone,
    idNumberMasked: person.id_number_masked,
    licenceClass: person.licence_class,
    licenceExpiry: person.licence_expiry ?? '',
    qualificationNo: person.qualification_no,
    qualificationExpiry: person.qualification_expiry,
    classes: [...person.qualification_classes],
    photos: person.photos.map(({ id }) => id),
    version: person.version,
  }
}

/** What may lie in the phone's storage: no ID number, no consent. */
export const keepablePerson = (draft: PersonDraft): PersonDraft => ({ ...draft, idNumber: '', consent: false })

export function personProblems(draft: PersonDraft): Problems {
  const [isNew, drives] = [draft.driverNo === null, draft.role !== 'escort']
  return present({
    name: nameProblem(draft.name),
    phone: isPhone(draft.phone) ? null : '请填写 11 位手机号码',
    id_number: isNew ? idNumberProblem(draft.idNumber) : null,
    consent: !isNew || draft.consent ? null : '请先征得本人同意并勾选',
    licence_class: drives && !draft.licenceClass ? '请选择准驾车型' : null,
    licence_expiry: drives && !draft.licenceExpiry ? '请选择到期日' : null,
    qualification_no: certificateProblem(draft.qualificationNo),
    qualification_expiry: draft.qualificationExpiry ? null : '请选择到期日',
  })
}

function idNumberProblem(text: string): string | null {
  if (!text.trim()) return '请填写身份证号'
  return isResidentId(text) ? null : '身份证号不正确，请核对 18 位号码'
}

export function toSavePerson(draft: PersonDraft): SavePerson {
  const [isNew, drives] = [draft.driverNo === null, draft.role !== 'escort']
  return {
    driver_no: draft.driverNo,
    name: draft.name.trim(),
    phone: normalisePhone(draft.phone),
    role: draft.role,
    id_number: isNew ? normaliseResidentId(draft.idNumber) : null,
    consent: isNew && draft.consent,
    licence_class: drives ? draft.licenceClass : '',
    licence_expiry: (drives && draft.licenceExpiry) || null,
    qualification_no: draft.qualificationNo.trim(),
    qualification_expiry: draft.qualificationExpiry,
    qualification_classes: draft.classes,
    photos: draft.photos,
    version: draft.version,
  }
}
