using System.Buffers;

namespace Parsimony.Providers;

/// <summary>OpenAI's slower tier: how a body asks for it, and what its refusals mean (https://platform.openai.com/docs/guides/flex-processing, read 2026-11-21 in a copy).</summary>
internal static class OpenAIFlexTier
{
    /// <summary>Writes a rendered body as one of this tier: the member goes first, whatever the body's own are.</summary>
    public static void Write(ReadOnlySpan<byte> plain, IBufferWriter<byte> output)
    {
        output.Write("{\"service_tier\":\"flex\","u8);
        output.Write(plain[(plain.IndexOf((byte)'{') + 1)..]);
    }

    /// <summary>A refusal in this tier, where it tells a full tier from a limit of the account.</summary>
    /// <remarks>
    /// 429 "resource unavailable" speaks of the tier alone and is not billed; how its code is spelt is UNVERIFIED. What names a time to wait, or a rate, is a limit of the account and
    /// holds for the plain call, too.
    /// </remarks>
    public static ProviderFailure Read(ProviderFailure refused)
    {
        var isLimit = refused.Cause is FailureCause.RateLimited or FailureCause.Overloaded;
        var isAccounts = refused is { ProviderCode: not "resource_unavailable" } && (refused.RetryAfter is not null || refused.ProviderCode is "rate_limit_exceeded" or "slow_down");
        return isLimit && !isAccounts ? refused with { Cause = FailureCause.TierFull } : refused;
    }
}
