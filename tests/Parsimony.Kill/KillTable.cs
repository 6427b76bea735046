using System.Globalization;
using Parsimony.Engine;

namespace Parsimony.Kill;

/// <summary>The result: a row a point.</summary>
internal static class KillTable
{
    /// <summary>Prints it; true when every point was hit often enough and nothing differs.</summary>
    public static bool Print(TextWriter output, IReadOnlyList<KillOutcome> outcomes, int perPoint, string? only, TimeSpan took)
    {
        output.WriteLine();
        Row(output, "point", "kills", "recoveries", "requests", "bill lines", "bounded", "bought again", "differences");
        var isClean = true;
        foreach (var point in EffectPoint.All.Append(KillCase.AtRandom).Where(point => only is null || only == point))
        {
            var group = outcomes.Where(outcome => outcome.Case.Point == point).ToList();
            Row(output, point, group);
            isClean &= group.Sum(outcome => outcome.Differences.Count) == 0 && (point == KillCase.AtRandom || group.Sum(outcome => outcome.Kills) >= perPoint);
        }

        Row(output, "all", outcomes);
        output.WriteLine();
        foreach (var outcome in outcomes.Where(outcome => outcome.Differences.Count > 0))
        {
            output.WriteLine($"{outcome.Case.Name}: {outcome.Describe()}");
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{outcomes.Sum(outcome => outcome.Kills)} kills at the points and {outcomes.Sum(outcome => outcome.OtherKills)} more, in {took.TotalMinutes:0.0} minutes: {(isClean ? "bill and ledger agree to the last digit." : "NOT CLEAN.")}"));
        return isClean;
    }

    private static void Row(TextWriter output, string name, IReadOnlyList<KillOutcome> group) => Row(
        output, name, Sum(group, o => o.Kills), Sum(group, o => o.Recoveries), Sum(group, o => o.Requests), Sum(group, o => o.Lines),
        Sum(group, o => o.Bounded), Sum(group, o => o.BoughtAgain), Sum(group, o => o.Differences.Count));

    private static void Row(TextWriter output, string name, params string[] cells) =>
        output.WriteLine(name.PadRight(24) + string.Concat(cells.Select(cell => cell.PadLeft(13))));

    private static string Sum(IReadOnlyList<KillOutcome> group, Func<KillOutcome, int> part) => group.Sum(part).ToString(CultureInfo.InvariantCulture);
}
