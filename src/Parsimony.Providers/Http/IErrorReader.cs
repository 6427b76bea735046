using System.Net.Http.Headers;

namespace Parsimony.Providers;

/// <summary>Reads a provider's error reply as a failure of the closed set; nothing of the body but a short code survives.</summary>
internal interface IErrorReader
{
    /// <summary>Turns a status other than 2xx and its body (cut at 64 KiB, perhaps empty, perhaps not JSON) into a failure.</summary>
    ProviderFailure Read(FailureStage stage, int status, ReadOnlyMemory<byte> body, TimeSpan? retryAfter);

    /// <summary>The same for a provider that names the error in a header.</summary>
    ProviderFailure Read(FailureStage stage, int status, ReadOnlyMemory<byte> body, TimeSpan? retryAfter, HttpResponseHeaders headers) =>
        Read(stage, status, body, retryAfter);
}
