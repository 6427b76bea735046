namespace Parsimony.Cli.Tests;

/// <summary>What the planner makes of whole traces, learning from nothing.</summary>
public sealed class PlannedPolicyTests
{
    /// <summary>Services from where everything goes on to where nothing does, over hours.</summary>
    public static TheoryData<string, double, double, double> Services()
    {
        var services = new TheoryData<string, double, double, double>();
        foreach (var set in CacheRuleSet.All)
        {
            services.Add(set.Name, 0.85, 1, 0);
            services.Add(set.Name, 0.6, 2, 0.3);
            services.Add(set.Name, 0.5, 20, 0.2);
            services.Add(set.Name, 0.1, 2, 0.5);
            services.Add(set.Name, 0, 1, 1);
        }

        return services;
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Costs_no_more_than_no_caching_and_where_people_talk_on_less_than_any_fixed_rule(string rules, double goesOn, double pause, double single)
    {
        var set = CacheRuleSet.Find(rules, null, DateTimeOffset.UnixEpoch).Rules;
        var trace = SmallTraces.Service(11, hours: 4, goesOn, pause, single);

        var ours = CacheReplay.Run(trace, set, new PlannedPolicy(set, hints: false)).Cost / trace.Tokens;
        var fixedRules = new[] { FixedPolicy.None, FixedPolicy.MarkLast, FixedPolicy.AllButLast, FixedPolicy.FirstMessage(set) }.Min(policy => CacheReplay.Run(trace, set, policy).Cost) / trace.Tokens;

        Assert.InRange(ours, 0, 1.0005);
        Assert.True(goesOn < 0.6 || ours <= fixedRules + 0.005, $"ours {ours:0.0000}, the best fixed rule {fixedRules:0.0000}");
    }

    [Fact]
    public void Truthful_hints_save_more_than_learning_does_and_wrong_ones_in_ten_still_do()
    {
        var set = CacheRuleSet.Find("classic", null, DateTimeOffset.UnixEpoch).Rules;
        var trace = SmallTraces.Service(12, hours: 1, goesOn: 0.5, pauseMinutes: 2, single: 0.3);
        var hints = DerivedHints.Of(trace, set);

        var learnt = CacheReplay.Run(trace, set, new PlannedPolicy(set, hints: false)).Cost;
        var told = CacheReplay.Run(trace.With(hints), set, new PlannedPolicy(set, hints: true)).Cost;
        var misled = CacheReplay.Run(trace.With(DerivedHints.Wrong(hints, 0.1, 5)), set, new PlannedPolicy(set, hints: true)).Cost;
        var best = CacheReplay.Clairvoyant(trace, set).Cost;

        Assert.True(best <= told && told < misled && misled < learnt, $"clairvoyant {best}, told {told}, misled {misled}, learnt {learnt}");
        Assert.InRange((trace.Tokens - told) / (trace.Tokens - best), 0.85, 1);
    }

    /// <summary>The published numbers, where the recorded traces are at hand.</summary>
    [Theory]
    [InlineData("mooncake-conversation.first20.jsonl")]
    [InlineData("mooncake-synthetic.first20.jsonl")]
    [InlineData("azure-llm-2023-conv.first20.csv")]
    [InlineData("azure-llm-2023-code.first20.csv")]
    public async Task Recorded_traces_cost_no_more_than_without_caching(string name)
    {
        if (Environment.GetEnvironmentVariable("PARSIMONY_DATA") is not { } folder)
        {
            return;
        }

        foreach (var stretch in new[] { 1.0, 24 })
        {
            var trace = await TraceFile.ReadAsync(Path.Combine(folder, "traces", name), new TraceOptions(stretch), TestContext.Current.CancellationToken);
            foreach (var set in CacheRuleSet.All)
            {
                Assert.InRange(CacheReplay.Run(trace, set.Rules, new PlannedPolicy(set.Rules, hints: false)).Cost / trace.Tokens, 0, name.StartsWith("mooncake-c", StringComparison.Ordinal) && stretch < 2 && set.Name != "no-write-charge" ? 0.96 : 1.00005);
                Assert.InRange((trace.Tokens - CacheReplay.Clairvoyant(trace, set.Rules).Cost) / Math.Max(1, trace.Tokens - LowerBound.Cost(trace, set.Rules)), trace.HasPrefixes ? 0.98 : 0, 1 + 1e-9);
            }
        }
    }
}
