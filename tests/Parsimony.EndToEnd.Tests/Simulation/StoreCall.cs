using System.Collections.Concurrent;
using System.Reflection;

namespace Parsimony.EndToEnd.Tests;

/// <summary>What the simulation must know of a store's verb: where its lease and its instants are.</summary>
internal sealed class StoreCall
{
    private static readonly ConcurrentDictionary<MethodInfo, StoreCall> Known = new();
    private static readonly string[] Reading = ["Read", "Find", "Load", "List", "Count"];

    private StoreCall(MethodInfo method)
    {
        Name = method.Name;
        Before = $"before {Name}";
        After = $"after {Name}";
        IsRead = Reading.Any(start => Name.StartsWith(start, StringComparison.Ordinal));
        IsClaim = Name.StartsWith("Claim", StringComparison.Ordinal);
        var names = method.GetParameters().Select(parameter => parameter.Name).ToList();
        Id = names.IndexOf("id");
        Lease = names.IndexOf("lease");
        Batch = Name == "SettleAsync" ? names.IndexOf("batch") : -1;
        Now = names.IndexOf("now");
        LeaseEndedBefore = names.IndexOf("leaseEndedBefore");
    }

    public string Name { get; }

    public string Before { get; }

    public string After { get; }

    public bool IsRead { get; }

    public bool IsClaim { get; }

    public int Id { get; }

    public int Lease { get; }

    public int Batch { get; }

    public int Now { get; }

    public int LeaseEndedBefore { get; }

    public static StoreCall Of(MethodInfo method) => Known.GetOrAdd(method, static one => new StoreCall(one));
}
