using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Parsimony.Architecture.Tests;

/// <summary>Event ids are numbered in blocks: one to each type that logs.</summary>
public sealed class LogEventTests
{
    private static readonly Dictionary<string, int> Blocks = new(StringComparer.Ordinal)
    {
        ["Submitter"] = 1000,
        ["Rescuer"] = 1100,
        ["Poller"] = 1200,
        ["Collector"] = 1300,
        ["Sender"] = 1400,
        ["Escalator"] = 1500,
        ["Cleaner"] = 1600,
        ["Pruner"] = 1700,
        ["Heartbeat"] = 2300,
        ["BudgetWatcher"] = 2400,
        ["EngineLoop"] = 1800,
        ["ConfigurationWatcher"] = 1900,
        ["BatchingChatClient"] = 2000,
        ["MeteringChatClient"] = 2100,
        ["LiveBook"] = 2100,
        ["PromptCachingChatClient"] = 2700,
        ["BoundCredentials"] = 2600,
        ["PrefixDriftMonitor"] = 2900,
        ["RequestIntake"] = 3000,
        ["ExplicitCaching"] = 3100,
    };

    private static readonly IReadOnlyList<(string Type, string Method, LoggerMessageAttribute Message)> Events =
    [
        .. from entry in Product.Assemblies
           from type in Product.Written(entry.Value)
           from method in type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
           let message = method.GetCustomAttribute<LoggerMessageAttribute>()
           where message is not null
           select (type.Name, method.Name, message),
    ];

    [Fact]
    public void There_are_events() => Assert.NotEmpty(Events);

    [Fact]
    public void Event_ids_are_unique() =>
        Strays.None(Events.GroupBy(entry => entry.Message.EventId).Where(group => group.Count() > 1).Select(group => $"{group.Key}: {string.Join(", ", group.Select(entry => $"{entry.Type}.{entry.Method}"))}"));

    [Fact]
    public void Every_event_lies_in_the_block_of_its_type() =>
        Strays.None(Events
            .Where(entry => !Blocks.TryGetValue(entry.Type, out var block) || entry.Message.EventId <= block || entry.Message.EventId >= block + 100)
            .Select(entry => $"{entry.Type}.{entry.Method}: {entry.Message.EventId}"));

    [Fact]
    public void No_message_carries_a_prompt_a_body_or_a_key() =>
        Strays.None(Events
            .Where(entry => entry.Message.Level != LogLevel.Trace)
            .Where(entry => System.Text.RegularExpressions.Regex.IsMatch(entry.Message.Message, @"\{(Body|Prompt|Content|Messages?|ApiKey|Key|Secret)\b", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromMinutes(1)))
            .Select(entry => $"{entry.Type}.{entry.Method}"));
}
