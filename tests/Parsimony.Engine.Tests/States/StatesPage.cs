using System.Text;

namespace Parsimony.Engine.Tests;

/// <summary>docs/states.md as it follows from the tables of legal moves.</summary>
internal static class StatesPage
{
    public static string Render()
    {
        var page = new StringBuilder("""
            # States

            A request ends in exactly one final state, a batch too. The tables `RequestMoves` and `BatchMoves` hold every legal move with its cause; the stores
            refuse any other. This page is rendered from them: the test `StatesPageTests` compares the two.

            ## Requests


            """);
        Diagram(page, RequestMoves.All.Select(move => (move.From.ToString(), move.To.ToString(), move.Cause)), Enum.GetValues<RequestState>().Where(RequestMoves.IsFinal).Select(state => state.ToString()), "Queued", "Batched");
        page.Append("""

            A cancelled, failed or expired request can be retried by its user, and an answer that was paid for is stored even when nobody waits any more: a request that was bought a
            second time, and ended before its batch did, still gets the batch's answer. Nothing else leaves a final state. A request whose deadline passes while it is in a
            batch at its provider stays there: its answer is late, but paid for. One that had to wait for longer than its deadline in the queue expires.

            ## Batches


            """);
        Diagram(page, BatchMoves.All.Select(move => (move.From.ToString(), move.To.ToString(), move.Cause)), Enum.GetValues<BatchState>().Where(BatchMoves.IsFinal).Select(state => state.ToString()), "Filling");
        page.Append("""

            A quarantined batch (several provider batches may be it, and only the custom ids in their results can tell) is watched until one is proven ours or all are proven
            somebody else's. Three things end the wait without proof. Items with a deadline are bought a second time before it, within `MaxHedgeUsd`. When the provider's window and
            the time it keeps results have passed since the create (Anthropic: 24 hours and 29 days), nobody can prove anything any more; and when the user cancels the run
            (`parsimony cancel`), nobody waits for it. In both cases each item's attempt is booked as unknown with its upper bound; in the first, the policy decides whether it is bought
            again (`pay_again`, within `MaxHedgeUsd`) or fails with `hedge_limit`.

            """);
        return page.ToString();
    }

    private static void Diagram(StringBuilder page, IEnumerable<(string From, string To, string Cause)> moves, IEnumerable<string> finals, params string[] firsts)
    {
        page.Append("```mermaid\nstateDiagram-v2\n");
        foreach (var first in firsts)
        {
            page.Append("    [*] --> ").Append(first).Append('\n');
        }

        foreach (var (from, to, cause) in moves)
        {
            // A colon would end the label.
            page.Append("    ").Append(from).Append(" --> ").Append(to).Append(" : ").Append(cause.Replace(":", ",", StringComparison.Ordinal)).Append('\n');
        }

        foreach (var final in finals)
        {
            page.Append("    ").Append(final).Append(" --> [*]\n");
        }

        page.Append("```\n");
    }
}
