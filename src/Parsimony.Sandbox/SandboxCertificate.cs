using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Parsimony.Sandbox;

/// <summary>The certificate of one host's run: signed by itself, made in memory, for this machine's own names only.</summary>
internal static class SandboxCertificate
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private static readonly TimeSpan Early = TimeSpan.FromDays(1);
    private static readonly TimeSpan Life = TimeSpan.FromDays(365);

    /// <summary>A new one, with a new key; the caller disposes it.</summary>
    public static X509Certificate2 Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        var request = new CertificateRequest("CN=Parsimony sandbox", key, HashAlgorithmName.SHA256)
        {
            CertificateExtensions =
            {
                new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true),
                new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true),
                new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], critical: false),
                names.Build(),
            },
        };
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));

        // Whoever checks it goes by the machine's clock, whatever the sandbox's.
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now - Early, now + Life);

        // Windows takes no key for TLS that was never in a key store; read back, it is in one until the certificate is disposed.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
    }
}
