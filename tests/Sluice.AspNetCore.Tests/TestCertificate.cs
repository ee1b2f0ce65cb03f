using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.AspNetCore.Tests;

/// <summary>Certificates that nobody has signed, made once for all tests.</summary>
internal static class TestCertificate
{
    private static readonly Lazy<X509Certificate2> LazyServer = new(() => Make("localhost"));
    private static readonly Lazy<X509Certificate2> LazyClient = new(() => Make("client"));

    public static X509Certificate2 Server => LazyServer.Value;

    public static X509Certificate2 Client => LazyClient.Value;

    private static X509Certificate2 Make(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(
            $"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate =
            request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        // Kestrel wants a key that belongs to the certificate's store.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
