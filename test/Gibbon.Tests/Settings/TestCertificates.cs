using Gibbon.Certificates;
using Gibbon.Settings;

namespace Gibbon.Tests.Settings;

internal static class TestCertificates
{
    public static CertificateFiles Create(string name = "localhost")
    {
        PemPair pair = Certificates.TestCertificates.For(name);
        return new CertificateFiles(pair.Certificate, pair.Key);
    }
}
