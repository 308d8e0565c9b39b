using System.Net;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Certificates;
using Gibbon.Tests.Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gibbon.Tests.Proxy.Grpc;

/// <summary>An upstream that speaks HTTP/2 only, on a port of the system's choice.</summary>
internal sealed class GrpcUpstream : IAsyncDisposable
{
    private readonly WebApplication _application;

    private GrpcUpstream(WebApplication application)
    {
        _application = application;
        string address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Address = new IPEndPoint(IPAddress.Loopback, new Uri(address).Port);
    }

    public IPEndPoint Address { get; }

    public static async Task<GrpcUpstream> StartAsync(RequestDelegate handler, string? certificate = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                if (certificate is null) return;

                X509Certificate2 own = LoadedCertificate.Load(TestCertificates.For(certificate), out _)!.Leaf;
                listen.UseHttps(new HttpsConnectionAdapterOptions
                {
                    ServerCertificate = own,
                    ClientCertificateMode = ClientCertificateMode.AllowCertificate,
                    ClientCertificateValidation = (_, _, _) => true,
                });
            });
        });
        WebApplication application = builder.Build();
        application.Run(handler);
        await application.StartAsync();
        return new GrpcUpstream(application);
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _application.StopAsync(limit.Token);
        await _application.DisposeAsync();
    }
}
