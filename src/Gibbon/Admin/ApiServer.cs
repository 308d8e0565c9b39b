using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gibbon.Admin;

/// <summary>An HTTP server of the gateway's own: the Admin API, the Status API, or the manager.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly StrongBox<RequestDelegate> _answer;

    private ApiServer(WebApplication application, StrongBox<RequestDelegate> answer)
    {
        _application = application;
        _answer = answer;
    }

    /// <summary>Starts to listen. A port that cannot be had is one line that names it.</summary>
    /// <param name="addresses">Where; empty starts nothing and gives null.</param>
    /// <param name="certificates">What listeners with TLS show; the first is taken.</param>
    /// <param name="answer">Who answers.</param>
    public static async Task<ApiServer?> StartAsync(IReadOnlyList<ListenAddress> addresses, IReadOnlyList<CertificateFiles> certificates, RequestDelegate answer)
    {
        if (addresses.Count == 0)
        {
            return null;
        }

        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.AllowSynchronousIO = false;
            foreach (ListenAddress address in addresses)
            {
                kestrel.Listen(Resolve(address.Address), address.Port, listen => Configure(listen, address, certificates));
            }
        });
        WebApplication application = builder.Build();
        var current = new StrongBox<RequestDelegate>(answer);
        application.Run(context => Volatile.Read(ref current.Value!)(context));
        try
        {
            await application.StartAsync().ConfigureAwait(false);
        }
        catch (IOException failure) when (failure.InnerException is AddressInUseException)
        {
            await application.DisposeAsync().ConfigureAwait(false);
            throw new InvalidOperationException(
                $"cannot listen on {string.Join(", ", addresses)}: the address is already in use", failure);
        }
        catch (Exception failure) when (failure is IOException or System.Net.Sockets.SocketException)
        {
            await application.DisposeAsync().ConfigureAwait(false);
            throw new InvalidOperationException($"cannot listen on {string.Join(", ", addresses)}: {failure.Message}", failure);
        }

        return new ApiServer(application, current);
    }

    /// <summary>The port that it listens on, the first if there are several; the one that the system gave for port 0.</summary>
    public int Port => new Uri(_application.Urls.First()).Port;

    /// <summary>From now on this one answers.</summary>
    public void Serve(RequestDelegate answer) => Volatile.Write(ref _answer.Value!, answer);

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static IPAddress Resolve(string address) =>
        IPAddress.TryParse(address, out IPAddress? parsed) ? parsed : System.Net.Dns.GetHostAddresses(address)[0];

    private static void Configure(ListenOptions listen, ListenAddress address, IReadOnlyList<CertificateFiles> certificates)
    {
        listen.Protocols = address.Http2 ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1;
        if (address.Ssl)
        {
            CertificateFiles files = certificates[0];
            listen.UseHttps(X509Certificate2.CreateFromPem(files.CertificatePem, files.KeyPem));
        }
    }
}
