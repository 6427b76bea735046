namespace Parsimony.Engine;

/// <summary>Everything a store holds, and whether it is exported. A table that stands nowhere here fails the stores' tests.</summary>
internal static class MovedNouns
{
    /// <summary>What is exported, in the order in which it is imported.</summary>
    internal static IReadOnlyList<MovedNoun> All { get; } =
    [
        SecretNoun.Noun,
        PhraseNoun.Noun,
        ProfileNoun.Noun,
        ScopeNoun.Noun,
        BatchNoun.Noun,
        BatchScopeNoun.Noun,
        ForeignBatchNoun.Noun,
        LeftoverNoun.Noun,
        RequestNoun.Noun,
        RunItemNoun.Noun,
        EntryNoun.Noun,
        RollupNoun.Noun,
        ObservationNoun.Noun,
        BudgetNoun.Noun,
        BudgetUseNoun.Noun,
        ErasureNoun.Noun,
        ProviderSwitchNoun.Noun,
        DecisionContextNoun.Noun,
        DecisionNoun.Noun,
    ];

    /// <summary>What is not, and why.</summary>
    internal static IReadOnlyDictionary<string, string> Left { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["migrations"] = "the schema is the new store's own",
        ["counters"] = "numbers of the database itself, made anew",
        ["pages"] = "payloads are exported with their requests, and packed anew",
        ["identities"] = "made anew from the requests",
        ["identities_recent"] = "made anew from the requests",
        ["payload_keys"] = "payloads are protected anew, by the new store's key",
        ["budget_version"] = "counts changes for the nodes of this database",
        ["budget_reservations"] = "plain calls of processes on the old store, which book there",
        ["nodes"] = "processes of the old store",
        ["batch_priorities"] = "only orders batches that wait; the priority of each request is in its profile's tags",
        ["queue_turns"] = "whose turn it was; the new store's queue begins a new round",
        ["moves"] = "says that this store was exported",
    };

    internal static MovedNoun? Find(string table) => All.FirstOrDefault(noun => noun.Table == table);
}
