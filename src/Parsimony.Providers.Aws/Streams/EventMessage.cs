namespace Parsimony.Providers.Aws;

/// <summary>One message of an event stream.</summary>
/// <param name="Headers">Its text headers, by name; headers of other types are left out.</param>
/// <param name="Payload">Its bytes, owned by the message.</param>
internal sealed record EventMessage(IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Payload)
{
    /// <summary><c>event</c>, <c>exception</c> or <c>error</c>.</summary>
    public string Kind => Header(":message-type") ?? "event";

    /// <summary>What kind of event or exception, for example <c>contentBlockDelta</c> or <c>throttlingException</c>.</summary>
    public string Name => Header(":event-type") ?? Header(":exception-type") ?? Header(":error-code") ?? "";

    private string? Header(string name) => Headers.TryGetValue(name, out var value) ? value : null;
}
