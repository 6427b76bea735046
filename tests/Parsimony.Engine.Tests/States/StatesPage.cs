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

            A cancelled, failed or expired request can be retried by its user; nothing else leaves a final state. A request whose deadline passes while it is in a
            batch at its provider stays there: its answer is late, but paid for. One that had to wait for longer than its deadline in the queue expires.

            ## Batches


            """);
        Diagram(page, BatchMoves.All.Select(move => (move.From.ToString(), move.To.ToString(), move.Cause)), Enum.GetValues<BatchState>().Where(BatchMoves.IsFinal).Select(state => state.ToString()), "Filling");
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
