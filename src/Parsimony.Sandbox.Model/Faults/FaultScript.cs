using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>
/// What goes wrong, and when: rules as JSON, <c>{"rules":[{"fault":"rate_limited","operation":"batch.create","times":2,"value":30}]}</c>.
/// A rule strikes <c>times</c> matching calls (default 1, null for all) after the first <c>skip</c>. Thread safe.
/// </summary>
public sealed class FaultScript
{
    private readonly Lock _lock = new();
    private readonly ulong _seed;
    private List<FaultRule> _rules = [];

    internal FaultScript(ulong seed) => _seed = seed;

    internal event Action? Replaced;

    /// <summary>Whether a rule's state has changed since <see cref="Snapshot"/> was last taken.</summary>
    internal bool IsDirty { get; private set; }

    /// <summary>Every fault name a rule may use.</summary>
    public static IReadOnlyList<string> Names => FaultName.All;

    /// <summary>Drops all rules and takes these.</summary>
    /// <param name="json">A script; <see cref="FormatException"/> or <see cref="JsonException"/> when it is not one, and then nothing changes.</param>
    public void Replace(string json) => Set(Parse(json), append: false);

    /// <summary>Adds rules behind those there are.</summary>
    /// <param name="json">A script; <see cref="FormatException"/> or <see cref="JsonException"/> when it is not one, and then nothing changes.</param>
    public void Append(string json) => Set(Parse(json), append: true);

    /// <summary>Writes the property <c>rules</c>: each rule with how many calls it has seen and how often it struck.</summary>
    /// <param name="writer">A writer inside an object.</param>
    public void Write(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WritePropertyName("rules");

        // Not serialized into the writer: that would flush it, and a host's stream may allow asynchronous writes only.
        lock (_lock)
            writer.WriteRawValue(JsonSerializer.SerializeToUtf8Bytes(_rules, JournalJson.Default.ListFaultRule));
    }

    internal List<FaultRule> Snapshot()
    {
        lock (_lock)
        {
            IsDirty = false;
            return _rules;
        }
    }

    internal void Restore(List<FaultRule> rules)
    {
        lock (_lock)
            _rules = rules;
    }

    /// <summary>The rule that strikes here, if any; counts the call for every rule it matches up to that one.</summary>
    internal FaultRule? Strike(string fault, string provider, string operation, string? customId = null, bool anyId = false, bool anyOperation = true)
    {
        lock (_lock)
        {
            for (var i = 0; i < _rules.Count; i++)
            {
                var rule = _rules[i];
                if (rule.Fault != fault || (rule.Provider is not null && rule.Provider != provider)
                    || (rule.Operation == Operation.Any ? !anyOperation : rule.Operation != operation)
                    || (!anyId && rule.CustomId is not null && rule.CustomId != customId))
                    continue;
                if (rule.Times is { } times && rule.Fired >= times)
                    continue;
                rule.Seen++;
                IsDirty = true;
                if (rule.Seen <= rule.Skip || !Happens(rule, i))
                    continue;
                rule.Fired++;
                return rule;
            }

            return null;
        }
    }

    private static List<FaultRule> Parse(string json)
    {
        var document = JsonSerializer.Deserialize(json, JournalJson.Default.FaultDocument);
        if (document?.Rules is not { } rules)
            throw new FormatException("A fault script is {\"rules\":[...]}.");
        foreach (var rule in rules)
        {
            if (!FaultName.All.Contains(rule.Fault, StringComparer.Ordinal))
                throw new FormatException($"There is no fault '{rule.Fault}'; the faults are {string.Join(", ", FaultName.All)}.");
            if (!Operation.All.Contains(rule.Operation, StringComparer.Ordinal))
                throw new FormatException($"There is no operation '{rule.Operation}'; the operations are {string.Join(", ", Operation.All)}.");
            if (rule.Provider is not null && Twins.Find(rule.Provider) is null)
                throw new FormatException($"There is no provider '{rule.Provider}'; the providers are {Twins.Names}.");
            rule.Seen = 0;
            rule.Fired = 0;
        }

        return rules;
    }

    private bool Happens(FaultRule rule, int index) =>
        rule.Probability >= 1 || StableHash.Fraction(StableHash.Join(_seed ^ ((ulong)index << 32), (ulong)rule.Seen)) < rule.Probability;

    private void Set(List<FaultRule> rules, bool append)
    {
        lock (_lock)
        {
            _rules = append ? [.. _rules, .. rules] : rules;
            IsDirty = true;
        }

        Replaced?.Invoke();
    }
}
