using Gibbon.Certificates;
using Gibbon.Pdk.Entities;

namespace Gibbon.Snapshots;

/// <summary>Makes a service ready for requests, with the certificates it names.</summary>
internal static class ServiceCompiler
{
    public static CompiledService Compile(Service service, CertificateIndex certificates, CaStore authorities)
    {
        bool dependsOnCertificates = service.ClientCertificate is not null || service.CaCertificates is { Count: > 0 };
        var tls = new ServiceTls(
            service.TlsVerify,
            service.TlsVerifyDepth,
            service.CaCertificates is { Count: > 0 } ids ? authorities.Find(ids).Trusted : null,
            service.ClientCertificate is { } certificate ? certificates.Find(certificate.Id).Set?.Main : null);
        return new CompiledService(service, tls, dependsOnCertificates);
    }
}
