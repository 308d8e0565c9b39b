using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Gibbon.Loopback;
using Microsoft.Playwright;

namespace Gibbon.Manager.Tests;

/// <summary>The page of the nodes that a control plane serves.</summary>
public sealed class DataPlaneTests(Chromium chromium)
{
    [Fact]
    public async Task A_data_plane_is_seen_with_what_it_runs_and_follows_a_change()
    {
        (string certificate, string key) = Certificate();
        int port = FreePorts.One();
        (string, string)[] shared = [("cluster_cert", certificate), ("cluster_cert_key", key)];
        await using ManagedGateway control = await ManagedGateway.StartAsync(
            [.. shared, ("role", "control_plane"), ("cluster_listen", $"127.0.0.1:{port}"), ("db_update_frequency", "0.2")]);
        await using Screen screen = await chromium.OpenAsync(control.Url);
        await screen.GoAsync("/data-planes");
        await Assertions.Expect(screen.Page.Locator(".state h2")).ToHaveTextAsync("No data plane has come by yet");

        await using ManagedGateway plane = await ManagedGateway.StartAsync(
            [.. shared, ("role", "data_plane"), ("database", "off"), ("cluster_control_plane", $"127.0.0.1:{port}"), ("admin_listen", "off"), ("admin_gui_listen", "off")]);

        // The page looks again by itself.
        ILocator rows = screen.Page.Locator("tbody tr");
        await Assertions.Expect(rows).ToHaveCountAsync(1);
        JsonElement known = await KnownAsync(control);
        await Assertions.Expect(Cell(rows, 0)).ToContainTextAsync(known.GetProperty("hostname").GetString()!);
        await Assertions.Expect(Cell(rows, 1)).ToHaveTextAsync("127.0.0.1");
        await Assertions.Expect(Cell(rows, 2)).ToHaveTextAsync(known.GetProperty("version").GetString()!);
        await Assertions.Expect(Cell(rows, 3)).ToHaveTextAsync("normal");
        await Assertions.Expect(Cell(rows, 5).Locator("time")).ToHaveAttributeAsync("datetime", new System.Text.RegularExpressions.Regex("^20"));
        await screen.AssertAccessibleAsync("/data-planes");

        string before = await Cell(rows, 4).InnerTextAsync();
        Assert.Equal(12, before.Length);
        DateTime until = DateTime.UtcNow.AddMinutes(2);
        await control.SendAsync("POST", "/services", """{"name": "shop", "host": "shop.test"}""");
        for (string shown = before; shown == before || shown != (await KnownAsync(control)).GetProperty("config_hash").GetString()![^12..]; shown = await Cell(rows, 4).InnerTextAsync())
        {
            Assert.True(DateTime.UtcNow < until, "the page never showed the configuration that the data plane has after the change");
            await Task.Delay(200);
        }

        await screen.PictureAsync("data-planes");
        screen.AssertQuiet();
    }

    private static ILocator Cell(ILocator rows, int column) => rows.First.Locator("td").Nth(column);

    private static async Task<JsonElement> KnownAsync(ManagedGateway control)
    {
        using JsonDocument planes = JsonDocument.Parse(await control.SendAsync("GET", "/clustering/data-planes"));
        return planes.RootElement.GetProperty("data")[0].Clone();
    }

    private static (string Certificate, string Key) Certificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        CertificateRequest request = new("CN=kong_clustering", key, HashAlgorithmName.SHA384);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
