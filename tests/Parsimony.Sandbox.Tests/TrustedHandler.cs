using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Parsimony.Sandbox.Tests;

/// <summary>Sends by exactly one version of HTTP, and over TLS to the holder of exactly one certificate.</summary>
internal sealed class TrustedHandler(string certificate, Version version) : DelegatingHandler(Trusting(certificate))
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Version = version;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        var reply = await base.SendAsync(request, cancellationToken);
        return reply.Version == version ? reply : throw new InvalidOperationException($"Answered by HTTP/{reply.Version}.");
    }

    private static SocketsHttpHandler Trusting(string certificate)
    {
        var trusted = X509Certificate2.CreateFromPem(certificate).RawData;
        return new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            SslOptions = new SslClientAuthenticationOptions
            {
                // The chain ends at nobody's root; the name must fit all the same.
                RemoteCertificateValidationCallback = (_, shown, _, errors) =>
                    shown is not null && shown.GetRawCertData().AsSpan().SequenceEqual(trusted) && (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) == SslPolicyErrors.None,
            },
        };
    }
}
