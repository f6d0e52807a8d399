// Types of the LIBRI Graph API, made from its shapes.
// An array is always an array; a key never changes its kind.

/** Language tag -> text. With lang= there is one, and its tag says in which language it is. */
export type LanguageMap = Readonly<Record<string, string>>;
/** Language tag -> texts. */
export type LanguageMaps = Readonly<Record<string, readonly string[]>>;
/** A value with its datatype, such as a year or a day. */
export interface Literal { readonly "@value": string; readonly "@type"?: string }
/** Something that belongs to the record, such as a geometry. */
export interface Part { readonly id: string; readonly type?: readonly string[] }
/** Something that the record names; a place says where it is. */
export interface Thing {
  readonly id: string; readonly label: LanguageMap; readonly lat?: string; readonly long?: string;
}
/** Something like the record, and what both share. */
export interface Related {
  readonly id: string; readonly type: readonly string[]; readonly label: LanguageMap; readonly page: string;
  readonly shared: readonly Thing[];
  /** Kilometres. */
  readonly distance?: number;
}
/** One value of a facet; `value` is what the filter of that name takes. */
export interface FacetValue {
  readonly id?: string; readonly value: string; readonly label: LanguageMap;
  readonly count: number; readonly own: number; readonly broader: readonly string[]; readonly chosen: boolean;
}
export interface Facet { readonly name: string; readonly values: readonly FacetValue[] }
export interface List<Item> {
  readonly "@context": string; readonly items: readonly Item[]; readonly total: number;
  /** Address of the next part; absent on the last. */
  readonly next?: string;
  readonly facets: readonly Facet[];
  /** With changed-since: what is not here now. */
  readonly gone?: readonly string[];
}

export interface InitiativeCard {
  readonly "@context"?: string;
  readonly id: string;
  readonly type: readonly string[];
  readonly label: LanguageMap;
  readonly page: string;
  readonly country: readonly Thing[];
  readonly domain?: readonly Thing[];
  readonly draftTranslationIn?: readonly string[];
  readonly endDate?: Literal;
  readonly endYear?: string;
  readonly evidenceGrade: Thing;
  readonly gloss?: LanguageMap;
  readonly language?: readonly Thing[];
  readonly need?: readonly Thing[];
  readonly observedYear?: string;
  readonly organiser?: readonly Thing[];
  readonly organiserName?: readonly string[];
  readonly partner?: readonly Thing[];
  readonly partnerName?: readonly string[];
  readonly place?: Thing;
  readonly project?: readonly Thing[];
  readonly serviceType: readonly Thing[];
  readonly startDate?: Literal;
  readonly startYear?: string;
  readonly targetGroup: readonly Thing[];
  readonly summary?: LanguageMap;
}
export interface InitiativePage {
  readonly "@context"?: string;
  readonly id: string;
  readonly type: readonly string[];
  readonly label: LanguageMap;
  readonly page: string;
  readonly cefrLevel?: readonly Thing[];
  readonly country: readonly Thing[];
  readonly description: LanguageMap;
  readonly domain?: readonly Thing[];
  readonly draftTranslationIn?: readonly string[];
  readonly endDate?: Literal;
  readonly endYear?: string;
  readonly evidenceGrade: Thing;
  readonly gloss?: LanguageMap;
  readonly language?: readonly Thing[];
  readonly lastVerified?: string;
  readonly need?: readonly Thing[];
  readonly nextReview?: string;
  readonly note?: LanguageMaps;
  readonly observedYear?: string;
  readonly organiser?: readonly Thing[];
  readonly organiserName?: readonly string[];
  readonly partner?: readonly Thing[];
  readonly partnerName?: readonly string[];
  readonly place?: Thing;
  readonly project?: readonly Thing[];
  readonly serviceType: readonly Thing[];
  readonly source: readonly string[];
  readonly sourceKind?: readonly Thing[];
  readonly startDate?: Literal;
  readonly startYear?: string;
  readonly targetGroup: readonly Thing[];
  readonly titleGivenBySource?: boolean;
  readonly verifiedBy?: readonly Thing[];
  readonly similar: readonly Related[];
}
export interface InitiativeFull {
  readonly "@context"?: string;
  readonly id: string;
  readonly type: readonly string[];
  readonly cefrLevel?: readonly string[];
  readonly country: readonly string[];
  readonly description: LanguageMap;
  readonly domain?: readonly string[];
  readonly draftTranslationIn?: readonly string[];
  readonly endDate?: Literal;
  readonly endYear?: string;
  readonly evidenceGrade: string;
  readonly gloss?: LanguageMap;
  readonly label: LanguageMap;
  readonly language?: readonly string[];
  readonly lastVerified?: string;
  readonly need?: readonly string[];
  readonly nextReview?: string;
  readonly note?: LanguageMaps;
  readonly observedYear?: string;
  readonly organiser?: readonly string[];
  readonly organiserName?: readonly string[];
  readonly partner?: readonly string[];
  readonly partnerName?: readonly string[];
  readonly place?: string;
  readonly project?: readonly string[];
  readonly serviceType: readonly string[];
  readonly source: readonly string[];
  readonly sourceKind?: readonly string[];
  readonly startDate?: Literal;
  readonly startYear?: string;
  readonly targetGroup: readonly string[];
  readonly titleGivenBySource?: boolean;
  readonly verifiedBy?: readonly string[];
}
export interface InitiativeFilters {
  readonly country?: string | readonly string[];
  readonly service?: string | readonly string[];
  readonly group?: string | readonly string[];
  readonly need?: string | readonly string[];
  readonly domain?: string | readonly string[];
  readonly language?: string | readonly string[];
  readonly organisation?: string | readonly string[];
  readonly evidence?: string | readonly string[];
  readonly project?: string | readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly near?: string;
  readonly within?: string;
}
export interface OrganisationCard {
  readonly "@context"?: string;
  readonly id: string;
  readonly type: readonly string[];
  readonly label: LanguageMap;
  readonly page: string;
  readonly acronym?: readonly string[];
  readonly country?: readonly Thing[];
  readonly draftTranslationIn?: readonly string[];
  readonly evidenceGrade: Thing;
  readonly organisationType: readonly Thing[];
  readonly place?: Thing;
  readonly summary?: LanguageMap;
}
export interface OrganisationPage {
  readonly "@context"?: string;
  readonly id: string;
  readonly type: readonly string[];
  readonly label: LanguageMap;
  readonly page: string;
  readonly acronym?: readonly string[];
  readonly country?: readonly Thing[];
  readonly description?: LanguageMap;
  readonly draftTranslationIn?: readonly string[];
  readonly email?: readonly string[];
  readonly evidenceGrade: Thing;
  readonly foundingYear?: string;
  readonly isil?: readonly string[];
  readonly isni?: readonly string[];
  readonly lastVerified?: string;
  readonly nextReview?: string;
  readonly note?: LanguageMaps;
  readonly organisationType: readonly Thing[];
  readonly parent?: readonly Thing[];
  readonly place?: Thing;
  readonly sameAs?: readonly string[];
  readonly source: readonly string[];
  readonly sourceKind?: readonly Thing[];
  readonly url?: readonly string[];
  readonly verifiedBy?: readonly Thing[];
  readonly similar: readonly Related[];
}
export interface OrganisationFull {
  readonly "@context"?: string;
  readonly id: string;
  readonly type: readonly string[];
  readonly acronym?: readonly string[];
  readonly country?: readonly string[];
  readonly description?: LanguageMap;
  readonly draftTranslationIn?: readonly string[];
  readonly email?: readonly string[];
  readonly evidenceGrade: string;
  readonly foundingYear?: string;
  readonly isil?: readonly string[];
  readonly isni?: readonly string[];
  readonly label: LanguageMap;
  readonly lastVerified?: string;
  readonly nextReview?: string;
  readonly note?: LanguageMaps;
  readonly organisationType: readonly string[];
  readonly parent?: readonly string[];
  readonly place?: string;
  readonly sameAs?: readonly string[];
  readonly source: readonly string[];
  readonly sourceKind?: readonly string[];
  readonly url?: readonly string[];
  readonly verifiedBy?: readonly string[];
}
export interface OrganisationFilters {
  readonly country?: string | readonly string[];
  readonly service?: string | readonly string[];
  readonly group?: string | readonly string[];
  readonly need?: string | readonly string[];
  readonly organisation?: string | readonly string[];
  readonly evidence?: string | readonly string[];
  readonly project?: string | readonly string[];
  readonly near?: string;
  readonly within?: string;
}
export interface GuideCard {
  readonly "@context"?: string;
  readonly id: string;
  readonly type: readonly string[];
  readonly label: LanguageMap;
  readonly page: string;
  readonly audience?: readonly Thing[];
  readonly country?: readonly Thing[];
  readonly draftTranslationIn?: readonly string[];
  readonly evidenceGrade: Thing;
  readonly gloss?: LanguageMap;
  readonly issued?: Literal;
  readonly kind: readonly Thing[];
  readonly language?: readonly Thing[];
  readonly project?: readonly Thing[];
  readonly publisher?: readonly Thing[];
  readonly publisherName?: readonly string[];
  readonly summary?: LanguageMap;
}
export interface GuidePage {
  readonly "@context"?: string;
  readonly id: string;
  readonly type: readonly string[];
  readonly label: LanguageMap;
  readonly page: string;
  readonly audience?: readonly Thing[];
  readonly authorName?: readonly string[];
  readonly derivedFrom?: readonly Thing[];
  readonly description: LanguageMap;
  readonly draftTranslationIn?: readonly string[];
  readonly evidenceGrade: Thing;
  readonly gloss?: LanguageMap;
  readonly issued?: Literal;
  readonly kind: readonly Thing[];
  readonly language?: readonly Thing[];
  readonly license?: string;
  readonly note?: LanguageMaps;
  readonly project?: readonly Thing[];
  readonly publisher?: readonly Thing[];
  readonly publisherName?: readonly string[];
  readonly rights?: LanguageMaps;
  readonly source: readonly string[];
  readonly titleGivenBySource?: boolean;
  readonly url?: readonly string[];
  readonly similar: readonly Related[];
}
export interface GuideFull {
  readonly "@context"?: string;
  readonly id: string;
  readonly type: readonly string[];
  readonly audience?: readonly string[];
  readonly authorName?: readonly string[];
  readonly derivedFrom?: readonly string[];
  readonly description: LanguageMap;
  readonly draftTranslationIn?: readonly string[];
  readonly evidenceGrade: string;
  readonly gloss?: LanguageMap;
  readonly issued?: Literal;
  readonly kind: readonly string[];
  readonly label: LanguageMap;
  readonly language?: readonly string[];
  readonly license?: string;
  readonly note?: LanguageMaps;
  readonly project?: readonly string[];
  readonly publisher?: readonly string[];
  readonly publisherName?: readonly string[];
  readonly rights?: LanguageMaps;
  readonly source: readonly string[];
  readonly titleGivenBySource?: boolean;
  readonly url?: readonly string[];
}
export interface GuideFilters {
  readonly country?: string | readonly string[];
  readonly group?: string | readonly string[];
  readonly language?: string | readonly string[];
  readonly type?: string | readonly string[];
  readonly organisation?: string | readonly string[];
  readonly evidence?: string | readonly string[];
  readonly project?: string | readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly near?: string;
  readonly within?: string;
}
export interface PracticeCard {
  readonly "@context"?: string;
  readonly id: string;
  readonly type: readonly string[];
  readonly label: LanguageMap;
  readonly page: string;
  readonly country?: readonly Thing[];
  readonly draftTranslationIn?: readonly string[];
  readonly evidenceGrade: Thing;
  readonly evidencedBy?: readonly Thing[];
  readonly need: readonly Thing[];
  readonly serviceType: readonly Thing[];
  readonly transferability?: Thing;
  readonly summary?: LanguageMap;
}
export interface PracticePage {
  readonly "@context"?: string;
  readonly id: string;
  readonly type: readonly string[];
  readonly label: LanguageMap;
  readonly page: string;
  readonly draftTranslationIn?: readonly string[];
  readonly evaluationDescription?: LanguageMap;
  readonly evidenceGrade: Thing;
  readonly evidencedBy?: readonly Thing[];
  readonly fundingDescription?: LanguageMap;
  readonly methodDescription: LanguageMap;
  readonly need: readonly Thing[];
  readonly needDescription: LanguageMap;
  readonly note?: LanguageMaps;
  readonly resultDescription?: LanguageMap;
  readonly serviceType: readonly Thing[];
  readonly source: readonly string[];
  readonly transferability?: Thing;
  readonly transferabilityDescription?: LanguageMap;
  readonly similar: readonly Related[];
}
export interface PracticeFull {
  readonly "@context"?: string;
  readonly id: string;
  readonly type: readonly string[];
  readonly draftTranslationIn?: readonly string[];
  readonly evaluationDescription?: LanguageMap;
  readonly evidenceGrade: string;
  readonly evidencedBy?: readonly string[];
  readonly fundingDescription?: LanguageMap;
  readonly label: LanguageMap;
  readonly methodDescription: LanguageMap;
  readonly need: readonly string[];
  readonly needDescription: LanguageMap;
  readonly note?: LanguageMaps;
  readonly resultDescription?: LanguageMap;
  readonly serviceType: readonly string[];
  readonly source: readonly string[];
  readonly transferability?: string;
  readonly transferabilityDescription?: LanguageMap;
}
export interface PracticeFilters {
  readonly country?: string | readonly string[];
  readonly service?: string | readonly string[];
  readonly group?: string | readonly string[];
  readonly need?: string | readonly string[];
  readonly domain?: string | readonly string[];
  readonly language?: string | readonly string[];
  readonly transfer?: string | readonly string[];
  readonly evidence?: string | readonly string[];
  readonly project?: string | readonly string[];
  readonly near?: string;
  readonly within?: string;
}
export interface StrategyCard {
  readonly "@context"?: string;
  readonly id: string;
  readonly type: readonly string[];
  readonly label: LanguageMap;
  readonly page: string;
  readonly country?: readonly Thing[];
  readonly domain?: readonly Thing[];
  readonly draftTranslationIn?: readonly string[];
  readonly evidenceGrade: Thing;
  readonly gloss?: LanguageMap;
  readonly issued?: Literal;
  readonly kind: readonly Thing[];
  readonly place?: Thing;
  readonly publisher?: readonly Thing[];
  readonly publisherName?: readonly string[];
  readonly summary?: LanguageMap;
}
export interface StrategyPage {
  readonly "@context"?: string;
  readonly id: string;
  readonly type: readonly string[];
  readonly label: LanguageMap;
  readonly page: string;
  readonly description: LanguageMap;
  readonly domain?: readonly Thing[];
  readonly draftTranslationIn?: readonly string[];
  readonly evidenceGrade: Thing;
  readonly gloss?: LanguageMap;
  readonly issued?: Literal;
  readonly kind: readonly Thing[];
  readonly note?: LanguageMaps;
  readonly place?: Thing;
  readonly publisher?: readonly Thing[];
  readonly publisherName?: readonly string[];
  readonly source: readonly string[];
  readonly url?: readonly string[];
  readonly similar: readonly Related[];
}
export interface StrategyFull {
  readonly "@context"?: string;
  readonly id: string;
  readonly type: readonly string[];
  readonly description: LanguageMap;
  readonly domain?: readonly string[];
  readonly draftTranslationIn?: readonly string[];
  readonly evidenceGrade: string;
  readonly gloss?: LanguageMap;
  readonly issued?: Literal;
  readonly kind: readonly string[];
  readonly label: LanguageMap;
  readonly note?: LanguageMaps;
  readonly place?: string;
  readonly publisher?: readonly string[];
  readonly publisherName?: readonly string[];
  readonly source: readonly string[];
  readonly url?: readonly string[];
}
export interface StrategyFilters {
  readonly country?: string | readonly string[];
  readonly language?: string | readonly string[];
  readonly type?: string | readonly string[];
  readonly organisation?: string | readonly string[];
  readonly evidence?: string | readonly string[];
  readonly project?: string | readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly near?: string;
  readonly within?: string;
}
export interface EventCard {
  readonly "@context"?: string;
  readonly id: string;
  readonly type: readonly string[];
  readonly label: LanguageMap;
  readonly page: string;
  readonly country?: readonly Thing[];
  readonly draftTranslationIn?: readonly string[];
  readonly endDate?: Literal;
  readonly evidenceGrade: Thing;
  readonly kind: readonly Thing[];
  readonly organiser?: readonly Thing[];
  readonly organiserName?: readonly string[];
  readonly place?: Thing;
  readonly project?: readonly Thing[];
  readonly startDate?: Literal;
  readonly summary?: LanguageMap;
}
export interface EventPage {
  readonly "@context"?: string;
  readonly id: string;
  readonly type: readonly string[];
  readonly label: LanguageMap;
  readonly page: string;
  readonly description?: LanguageMap;
  readonly draftTranslationIn?: readonly string[];
  readonly endDate?: Literal;
  readonly evidenceGrade: Thing;
  readonly kind: readonly Thing[];
  readonly note?: LanguageMaps;
  readonly organiser?: readonly Thing[];
  readonly organiserName?: readonly string[];
  readonly place?: Thing;
  readonly project?: readonly Thing[];
  readonly source: readonly string[];
  readonly startDate?: Literal;
  readonly similar: readonly Related[];
}
export interface EventFull {
  readonly "@context"?: string;
  readonly id: string;
  readonly type: readonly string[];
  readonly description?: LanguageMap;
  readonly draftTranslationIn?: readonly string[];
  readonly endDate?: Literal;
  readonly evidenceGrade: string;
  readonly kind: readonly string[];
  readonly label: LanguageMap;
  readonly note?: LanguageMaps;
  readonly organiser?: readonly string[];
  readonly organiserName?: readonly string[];
  readonly place?: string;
  readonly project?: readonly string[];
  readonly source: readonly string[];
  readonly startDate?: Literal;
}
export interface EventFilters {
  readonly country?: string | readonly string[];
  readonly type?: string | readonly string[];
  readonly organisation?: string | readonly string[];
  readonly evidence?: string | readonly string[];
  readonly project?: string | readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly near?: string;
  readonly within?: string;
}
export interface ContradictionCard {
  readonly "@context"?: string;
  readonly id: string;
  readonly type: readonly string[];
  readonly label: LanguageMap;
  readonly page: string;
  readonly about: readonly Thing[];
  readonly draftTranslationIn?: readonly string[];
  readonly evidenceGrade: Thing;
  readonly summary?: LanguageMap;
}
export interface ContradictionPage {
  readonly "@context"?: string;
  readonly id: string;
  readonly type: readonly string[];
  readonly label: LanguageMap;
  readonly page: string;
  readonly about: readonly Thing[];
  readonly advice?: LanguageMap;
  readonly draftTranslationIn?: readonly string[];
  readonly evidenceGrade: Thing;
  readonly note?: LanguageMaps;
  readonly source: readonly string[];
  readonly similar: readonly Related[];
}
export interface ContradictionFull {
  readonly "@context"?: string;
  readonly id: string;
  readonly type: readonly string[];
  readonly about: readonly string[];
  readonly advice?: LanguageMap;
  readonly draftTranslationIn?: readonly string[];
  readonly evidenceGrade: string;
  readonly label: LanguageMap;
  readonly note?: LanguageMaps;
  readonly source: readonly string[];
}
export interface ContradictionFilters {
  readonly evidence?: string | readonly string[];
}
export interface PlatformCard {
  readonly "@context"?: string;
  readonly id: string;
  readonly type: readonly string[];
  readonly label: LanguageMap;
  readonly page: string;
  readonly country?: readonly Thing[];
  readonly draftTranslationIn?: readonly string[];
  readonly evidenceGrade: Thing;
  readonly publisher?: readonly Thing[];
  readonly publisherName?: readonly string[];
  readonly summary?: LanguageMap;
}
export interface PlatformPage {
  readonly "@context"?: string;
  readonly id: string;
  readonly type: readonly string[];
  readonly label: LanguageMap;
  readonly page: string;
  readonly description: LanguageMap;
  readonly draftTranslationIn?: readonly string[];
  readonly evidenceGrade: Thing;
  readonly feature?: LanguageMaps;
  readonly note?: LanguageMaps;
  readonly publisher?: readonly Thing[];
  readonly publisherName?: readonly string[];
  readonly source: readonly string[];
  readonly url?: readonly string[];
  readonly verified?: boolean;
  readonly similar: readonly Related[];
}
export interface PlatformFull {
  readonly "@context"?: string;
  readonly id: string;
  readonly type: readonly string[];
  readonly description: LanguageMap;
  readonly draftTranslationIn?: readonly string[];
  readonly evidenceGrade: string;
  readonly feature?: LanguageMaps;
  readonly label: LanguageMap;
  readonly note?: LanguageMaps;
  readonly publisher?: readonly string[];
  readonly publisherName?: readonly string[];
  readonly source: readonly string[];
  readonly url?: readonly string[];
  readonly verified?: boolean;
}
export interface PlatformFilters {
  readonly country?: string | readonly string[];
  readonly organisation?: string | readonly string[];
  readonly evidence?: string | readonly string[];
  readonly near?: string;
  readonly within?: string;
}
export interface PlaceCard {
  readonly "@context"?: string;
  readonly id: string;
  readonly type: readonly string[];
  readonly label: LanguageMap;
  readonly page: string;
  readonly country: readonly Thing[];
  readonly lat?: string;
  readonly long?: string;
  readonly summary?: LanguageMap;
}
export interface PlacePage {
  readonly "@context"?: string;
  readonly id: string;
  readonly type: readonly string[];
  readonly label: LanguageMap;
  readonly page: string;
  readonly admin1Code?: string;
  readonly country: readonly Thing[];
  readonly geometry?: Part;
  readonly lat?: string;
  readonly long?: string;
  readonly population?: number;
  readonly positionPrecision?: Thing;
  readonly sameAs?: readonly string[];
  readonly source: readonly string[];
  readonly similar: readonly Related[];
}
export interface PlaceFull {
  readonly "@context"?: string;
  readonly id: string;
  readonly type: readonly string[];
  readonly admin1Code?: string;
  readonly country: readonly string[];
  readonly geometry?: Part;
  readonly label: LanguageMap;
  readonly lat?: string;
  readonly long?: string;
  readonly population?: number;
  readonly positionPrecision?: string;
  readonly sameAs?: readonly string[];
  readonly source: readonly string[];
}
export interface PlaceFilters {
  readonly country?: string | readonly string[];
  readonly near?: string;
  readonly within?: string;
}
/** What stands at which address: plural -> level -> record. */
export interface Kinds {
  initiatives: { card: InitiativeCard; page: InitiativePage; full: InitiativeFull; filters: InitiativeFilters };
  organisations: { card: OrganisationCard; page: OrganisationPage; full: OrganisationFull; filters: OrganisationFilters };
  guides: { card: GuideCard; page: GuidePage; full: GuideFull; filters: GuideFilters };
  practices: { card: PracticeCard; page: PracticePage; full: PracticeFull; filters: PracticeFilters };
  strategies: { card: StrategyCard; page: StrategyPage; full: StrategyFull; filters: StrategyFilters };
  events: { card: EventCard; page: EventPage; full: EventFull; filters: EventFilters };
  contradictions: { card: ContradictionCard; page: ContradictionPage; full: ContradictionFull; filters: ContradictionFilters };
  platforms: { card: PlatformCard; page: PlatformPage; full: PlatformFull; filters: PlatformFilters };
  places: { card: PlaceCard; page: PlacePage; full: PlaceFull; filters: PlaceFilters };
}
