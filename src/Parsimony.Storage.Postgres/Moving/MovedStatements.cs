namespace Parsimony.Storage.Postgres;

/// <summary>The statements that read and add the rows of each exported table.</summary>
internal static class MovedStatements
{
    internal static (string Read, string Add) Of(string table) => table switch
    {
        "secrets" => ("ReadMovedSecrets", "AddMovedSecrets"),
        "phrases" => ("ReadMovedPhrases", "AddMovedPhrases"),
        "profiles" => ("ReadMovedProfiles", "AddMovedProfiles"),
        "scopes" => ("ReadMovedScopes", "AddMovedScopes"),
        "batches" => ("ReadMovedBatches", "AddMovedBatches"),
        "batch_scopes" => ("ReadMovedBatchScopes", "AddMovedBatchScopes"),
        "foreign_batches" => ("ReadMovedForeignBatches", "AddMovedForeignBatches"),
        "leftovers" => ("ReadMovedLeftovers", "AddMovedLeftovers"),
        "requests" => ("ReadMovedRequests", "AddMovedRequests"),
        "run_items" => ("ReadMovedRunItems", "AddMovedRunItems"),
        "ledger" => ("ReadMovedEntries", "AddMovedEntries"),
        "rollups" => ("ReadMovedRollups", "AddMovedRollups"),
        "observations" => ("ReadMovedObservations", "AddMovedObservations"),
        "budgets" => ("ReadMovedBudgets", "AddMovedBudgets"),
        "budget_uses" => ("ReadMovedBudgetUses", "AddMovedBudgetUses"),
        "erasures" => ("ReadMovedErasures", "AddMovedErasures"),
        "provider_switches" => ("ReadMovedProviderSwitches", "AddMovedProviderSwitches"),
        "decision_contexts" => ("ReadMovedDecisionContexts", "AddMovedDecisionContexts"),
        "decisions" => ("ReadMovedDecisions", "AddMovedDecisions"),
        _ => throw new InvalidOperationException($"There are no statements to move {table}."),
    };
}
