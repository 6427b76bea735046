namespace Parsimony.Providers;

/// <summary>Lines of results that hold no answer.</summary>
internal static class UnansweredLine
{
    /// <summary>An item that failed, expired or was cancelled, by its cause.</summary>
    public static BatchLine Failed(ProviderFailure failure, string customId, long number) => new()
    {
        LineNumber = number,
        Kind = failure.Cause switch
        {
            FailureCause.Expired => BatchLineKind.Expired,
            FailureCause.Cancelled => BatchLineKind.Cancelled,
            _ => BatchLineKind.Failed,
        },
        CustomId = customId,
        Failure = failure,
    };

    /// <summary>A line that cannot be read; whose it is may be known all the same.</summary>
    public static BatchLine Unreadable(string? customId, long number) => new()
    {
        LineNumber = number,
        Kind = BatchLineKind.Unreadable,
        CustomId = customId,
        Failure = new ProviderFailure(FailureStage.Item, FailureCause.Malformed),
    };
}
