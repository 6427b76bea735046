namespace Parsimony.Cli.Tests;

/// <summary>The lower bound and the plan that knows the future, against every plan there is, on traces small enough to try them all.</summary>
public sealed class CacheBoundTests
{
    private static readonly CacheRules Rules = new() { MinimumTokens = 512, LookBack = 20, LongWriteMultiplier = 2 };

    [Fact]
    public void No_plan_is_below_the_bound_and_the_clairvoyant_one_is_close_to_the_best()
    {
        var (best, clairvoyant, plain, bound) = (0d, 0d, 0d, 0d);
        for (var seed = 1; seed <= 60; seed++)
        {
            var trace = SmallTraces.Tiny(seed, requests: 5, depth: 3);
            var (least, found) = (Best(trace, 0, []), CacheReplay.Clairvoyant(trace, Rules).Cost);
            var lower = LowerBound.Cost(trace, Rules);

            Assert.True(lower <= least + 1e-6, $"seed {seed}: the bound {lower} is above the best plan's {least}");
            Assert.True(least <= found + 1e-6, $"seed {seed}: a plan costs {found}, less than the best of all, {least}");
            Assert.True(found <= trace.Tokens + 1e-6, $"seed {seed}: knowing the future costs {found}, more than no caching, {trace.Tokens}");
            (best, clairvoyant, plain, bound) = (best + least, clairvoyant + found, plain + trace.Tokens, bound + lower);
        }

        Assert.InRange((plain - clairvoyant) / (plain - best), 0.97, 1);
        Assert.InRange((plain - best) / (plain - bound), 0.97, 1);
    }

    /// <summary>Where reads are cheapest, the longer lifetime would often be best beyond a part that the shorter one keeps, which is not relied upon.</summary>
    [Theory]
    [MemberData(nameof(Sets))]
    public void Given_the_future_the_chooser_keeps_nearly_all_that_can_be_saved(string rules)
    {
        var set = CacheRuleSet.Find(rules, null, DateTimeOffset.UnixEpoch);
        for (var seed = 1; seed <= 3; seed++)
        {
            var trace = SmallTraces.Service(seed, hours: 1, goesOn: 0.6, pauseMinutes: 2, single: 0.3);
            var saved = trace.Tokens - CacheReplay.Clairvoyant(trace, set.Rules).Cost;

            Assert.InRange(saved / (trace.Tokens - LowerBound.Cost(trace, set.Rules)), rules == "cheap-reads" ? 0.93 : 0.99, 1 + 1e-9);
        }
    }

    public static TheoryData<string> Sets() => [.. CacheRuleSet.All.Where(set => set.Rules.WriteMultiplier > 1).Select(set => set.Name)];

    /// <summary>The least cost over every choice of marks for every request.</summary>
    private static double Best(Trace trace, int request, IReadOnlyList<IReadOnlyList<PrefixMark>> chosen)
    {
        if (request == trace.Requests.Count)
        {
            var cache = new ReplayedCache(Rules);
            return trace.Requests.Select((served, index) => cache.Serve(served, chosen[index]).Cost).Sum();
        }

        return Choices(trace.Requests[request].Count).Min(marks => Best(trace, request + 1, [.. chosen, marks]));
    }

    /// <summary>No mark, every single one, and the pairs in the order providers allow; three marks at once gain nothing at this depth that two do not.</summary>
    private static IEnumerable<IReadOnlyList<PrefixMark>> Choices(int depth)
    {
        yield return [];
        for (var one = 1; one <= depth; one++)
        {
            yield return [new PrefixMark(one, false)];
            yield return [new PrefixMark(one, true)];
            for (var two = one + 1; two <= depth; two++)
            {
                yield return [new PrefixMark(one, false), new PrefixMark(two, false)];
                yield return [new PrefixMark(one, true), new PrefixMark(two, false)];
                yield return [new PrefixMark(one, true), new PrefixMark(two, true)];
            }
        }
    }
}
