using System.Text.Json.Serialization;

namespace Parsimony.Sandbox.Model;

/// <summary>Everything one call changed; written and read as a whole, so a kill leaves all of it or nothing.</summary>
internal sealed class JournalRecord
{
    public List<StoredFile>? Files { get; set; }

    public List<BatchState>? Batches { get; set; }

    public List<StoredCache>? Caches { get; set; }

    public List<DoneItem>? Items { get; set; }

    public List<BillLine>? Bill { get; set; }

    /// <summary>Keys of questions that were asked once more.</summary>
    public List<string>? Asked { get; set; }

    public List<FaultRule>? Faults { get; set; }

    [JsonIgnore]
    public bool IsEmpty => Files is null && Batches is null && Caches is null && Items is null && Bill is null && Asked is null && Faults is null;
}

/// <summary>One request of a batch that reached its end; written in the order of processing.</summary>
internal sealed record DoneItem
{
    public required int Batch { get; init; }

    public required int Index { get; init; }

    public required ItemEnd End { get; init; }

    public int Ordinal { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Number of its bill line; 0 when it was not billed.</summary>
    public long Billed { get; init; }
}

/// <summary>How a request of a batch ended.</summary>
internal enum ItemEnd
{
    Succeeded = 1,

    /// <summary>The request itself is wrong; the reason is found again by checking it.</summary>
    Invalid,

    /// <summary>Refused by a fault.</summary>
    Refused,

    /// <summary>The provider failed; asking again can help.</summary>
    ServerError,
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JournalRecord))]
[JsonSerializable(typeof(FaultDocument))]
[JsonSerializable(typeof(List<FaultRule>))]
internal sealed partial class JournalJson : JsonSerializerContext;
