using System.Text;
using Gibbon.Balancing;
using Gibbon.Pdk.Entities;

namespace Gibbon.Snapshots;

/// <summary>A service with what every request to it would otherwise work out anew.</summary>
internal sealed class CompiledService
{
    public CompiledService(Service service, ServiceTls tls, bool dependsOnCertificates)
    {
        Service = service;
        Tls = tls;
        DependsOnCertificates = dependsOnCertificates;
        EndPoints = new EndPoints(service.Host, service.Port);
        Path = service.Path is null ? "/"u8.ToArray() : Encoding.UTF8.GetBytes(service.Path);
        Retries = service.Retries ?? 5;
        ConnectTimeout = service.ConnectTimeout ?? 60_000;
        WriteTimeout = service.WriteTimeout ?? 60_000;
        ReadTimeout = service.ReadTimeout ?? 60_000;
    }

    public Service Service { get; }

    public ServiceTls Tls { get; }

    /// <summary>Whether a change of certificates or authorities may change <see cref="Tls"/>.</summary>
    public bool DependsOnCertificates { get; }

    /// <summary>The host and port, for a host that is not the name of an upstream.</summary>
    public EndPoints EndPoints { get; }

    /// <summary>The path before every request's, <c>/</c> when the service has none.</summary>
    public byte[] Path { get; }

    public int Retries { get; }

    /// <summary>Milliseconds.</summary>
    public int ConnectTimeout { get; }

    /// <summary>Milliseconds.</summary>
    public int WriteTimeout { get; }

    /// <summary>Milliseconds.</summary>
    public int ReadTimeout { get; }
}
