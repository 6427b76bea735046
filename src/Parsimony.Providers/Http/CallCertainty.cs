namespace Parsimony.Providers;

/// <summary>Whether a reply proves that the provider did not accept a call that costs money.</summary>
internal static class CallCertainty
{
    /// <summary>
    /// True when the status says "not accepted". A server error proves nothing: the work may have been done before it. 408 and 409 may come after
    /// the work, too, and 424 is Bedrock's word for a model that failed while it worked (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html,
    /// ModelErrorException, read 2026-11-21). Only for a live call do 503 and 529 (overloaded) count as refusals.
    /// </summary>
    public static bool IsRefusal(ProviderFailure failure) => failure.Status switch
    {
        408 or 409 or 424 => false,
        >= 300 and < 500 => true,
        503 or 529 => failure.Stage == FailureStage.Send,
        _ => false,
    };
}
