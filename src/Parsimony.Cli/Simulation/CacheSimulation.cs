namespace Parsimony.Cli;

/// <summary>Replays a trace under the policies asked for.</summary>
internal static class CacheSimulation
{
    /// <summary>The policies' names, in the order in which they are shown.</summary>
    public static IReadOnlyList<string> Policies { get; } = ["none", "mark-last", "all-but-last", "first-message", "ours", "ours-with-hints", "clairvoyant"];

    /// <summary>What each policy makes of the trace.</summary>
    /// <param name="trace">The trace; its hints are used by <c>ours-with-hints</c>.</param>
    /// <param name="rules">The provider's rules.</param>
    /// <param name="policies">Names of policies.</param>
    public static IReadOnlyList<ReplayResult> Run(Trace trace, CacheRules rules, IEnumerable<string> policies) =>
        [.. policies.Select(policy => policy == "clairvoyant" ? CacheReplay.Clairvoyant(trace, rules) : CacheReplay.Run(trace, rules, Policy(policy, rules)))];

    private static CachePolicy Policy(string name, CacheRules rules) => name switch
    {
        "none" => FixedPolicy.None,
        "mark-last" => FixedPolicy.MarkLast,
        "all-but-last" => FixedPolicy.AllButLast,
        "first-message" => FixedPolicy.FirstMessage(rules),
        "ours" => new PlannedPolicy(rules, hints: false),
        "ours-with-hints" => new PlannedPolicy(rules, hints: true),
        _ => throw new UserException($"There is no policy '{name}'. There are {string.Join(", ", Policies)}."),
    };
}
