using Parsimony.Engine;
using Parsimony.Testing;

namespace Parsimony.Storage.Postgres.Tests;

/// <summary>Settlements of tests.</summary>
internal static class StoreAnswers
{
    internal static Settlement Of(long sequence) => new()
    {
        Sequence = sequence,
        Attempt = 1,
        Move = new SettlementMove.ToAnswered(Given.Answer("fine"), "stop"),
        Entry = Given.Entry(sequence),
    };
}
