using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Text;

namespace Gibbon.Manager.Tests;

/// <summary>What the server of the manager answers, without a browser.</summary>
public sealed class SiteTests(SiteTests.Sites sites) : IClassFixture<SiteTests.Sites>
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None });

    [Fact]
    public async Task The_page_may_connect_to_the_Admin_API_and_to_nothing_else()
    {
        using HttpResponseMessage page = await Client.GetAsync(sites.Plain.Url + "/");

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        string policy = Header(page, "Content-Security-Policy");
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains($"connect-src 'self' http://127.0.0.1:{sites.Plain.Admin.BaseAddress!.Port};", policy, StringComparison.Ordinal);
        Assert.Equal("sameorigin", Header(page, "X-Frame-Options"));
        Assert.Equal("nosniff", Header(page, "X-Content-Type-Options"));
        Assert.Equal("no-cache", Header(page, "Cache-Control"));
        Assert.DoesNotContain("http://", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_address_of_the_manager_begins_with_its_page_but_missing_files_are_missing()
    {
        string page = await Client.GetStringAsync(sites.Plain.Url + "/");

        Assert.Equal(page, await Client.GetStringAsync(sites.Plain.Url + "/routes/some-id/edit"));
        Assert.Equal(page, await Client.GetStringAsync(sites.Plain.Url + "/upstreams/orders.v1"));
        Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync(sites.Plain.Url + "/assets/gone.js")).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await Client.PostAsync(sites.Plain.Url + "/", null)).StatusCode);
    }

    [Fact]
    public async Task A_file_is_sent_packed_and_once()
    {
        string path = await ScriptAsync(sites.Plain.Url);
        byte[] plain = await Client.GetByteArrayAsync(sites.Plain.Url + path);

        using HttpResponseMessage packed = await SendAsync(sites.Plain.Url + path, ("Accept-Encoding", "gzip, br"));
        Assert.Equal("br", Assert.Single(packed.Content.Headers.ContentEncoding));
        Assert.Equal("Accept-Encoding", Header(packed, "Vary"));
        Assert.Contains("immutable", Header(packed, "Cache-Control"), StringComparison.Ordinal);
        using BrotliStream unpacked = new(await packed.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        using MemoryStream bytes = new();
        await unpacked.CopyToAsync(bytes);
        Assert.Equal(plain, bytes.ToArray());

        using HttpResponseMessage gzip = await SendAsync(sites.Plain.Url + path, ("Accept-Encoding", "gzip, br;q=0"));
        Assert.Equal("gzip", Assert.Single(gzip.Content.Headers.ContentEncoding));

        using HttpResponseMessage again = await SendAsync(sites.Plain.Url + path, ("If-None-Match", packed.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Before_an_editor_is_opened_no_more_than_100_kB_are_loaded()
    {
        string page = await Client.GetStringAsync(sites.Plain.Url + "/");
        long sum = 0;
        foreach (string path in page.Split('"').Where(static part => part.StartsWith("/assets/", StringComparison.Ordinal)))
        {
            using HttpResponseMessage response = await SendAsync(sites.Plain.Url + path, ("Accept-Encoding", "br"));
            sum += (await response.Content.ReadAsByteArrayAsync()).Length;
        }

        Assert.InRange(sum, 1, 100_000);
    }

    [Fact]
    public async Task Kconfig_tells_a_page_where_the_Admin_API_is()
    {
        using HttpResponseMessage script = await Client.GetAsync(sites.Plain.Url + "/kconfig.js");
        Assert.Equal("application/javascript", script.Content.Headers.ContentType!.MediaType);
        Assert.Equal(
            $"window.K_CONFIG = {{\n  'ADMIN_GUI_PATH': '/',\n  'ADMIN_API_URL': '',\n  'ADMIN_API_PORT': '{sites.Plain.Admin.BaseAddress!.Port}',\n  'ADMIN_API_SSL_PORT': '',\n  'ANONYMOUS_REPORTS': 'false'\n}}\n",
            await script.Content.ReadAsStringAsync());

        string other = await Client.GetStringAsync(sites.Moved.Url + "/manager/kconfig.js");
        Assert.Contains("'ADMIN_GUI_PATH': '/manager'", other, StringComparison.Ordinal);
        Assert.Contains("'ADMIN_API_URL': 'https://api.example.test/it\\u0027s'", other, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_manager_lives_below_its_path()
    {
        string page = await Client.GetStringAsync(sites.Moved.Url + "/manager");
        Assert.Contains("src=\"/manager/kconfig.js\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("__km_base__", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await Client.GetAsync(sites.Moved.Url + await ScriptAsync(sites.Moved.Url + "/manager"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync(sites.Moved.Url + "/managers")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync(sites.Moved.Url + "/")).StatusCode);
    }

    [Fact]
    public async Task Another_web_UI_is_served_from_a_folder_in_its_place()
    {
        string folder = Directory.CreateTempSubdirectory("gibbon-gui-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "index.html"), "<script src=\"/__km_base__/kconfig.js\"></script>another");
        await File.WriteAllTextAsync(Path.Combine(folder, "logo.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
        try
        {
            await using ManagedGateway gateway = await ManagedGateway.StartAsync(("admin_gui_folder", folder), ("admin_gui_path", "/km"));
            using HttpResponseMessage page = await Client.GetAsync(gateway.Url + "/km/services");
            Assert.Equal("<script src=\"/km/kconfig.js\"></script>another", await page.Content.ReadAsStringAsync());
            Assert.False(page.Headers.Contains("Content-Security-Policy"));
            Assert.Equal("image/svg+xml", (await Client.GetAsync(gateway.Url + "/km/logo.svg")).Content.Headers.ContentType!.MediaType);
            Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync(gateway.Url + "/km/%2e%2e/secret.js")).StatusCode);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Who_asks_first_for_a_large_file_does_not_wait_for_its_smallest_form()
    {
        string folder = Directory.CreateTempSubdirectory("gibbon-gui-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "index.html"), "another");
        byte[] script = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 60_000).Select(static n => $"export const name{n * 7919 % 60_000} = {n * 104_729L % 1_000_003}")));
        await File.WriteAllBytesAsync(Path.Combine(folder, "large.js"), script);
        try
        {
            await using ManagedGateway gateway = await ManagedGateway.StartAsync(("admin_gui_folder", folder));
            await Client.GetStringAsync(gateway.Url);
            long asked = Stopwatch.GetTimestamp();
            using HttpResponseMessage packed = await SendAsync(gateway.Url + "/large.js", ("Accept-Encoding", "br"));
            byte[] bytes = await packed.Content.ReadAsByteArrayAsync();
            TimeSpan waited = Stopwatch.GetElapsedTime(asked);

            long began = Stopwatch.GetTimestamp();
            using MemoryStream smallest = new();
            await using (BrotliStream stream = new(smallest, CompressionLevel.SmallestSize))
            {
                await stream.WriteAsync(script);
            }

            Assert.Equal("br", Assert.Single(packed.Content.Headers.ContentEncoding));
            Assert.True(bytes.Length < script.Length / 3, $"{bytes.Length} of {script.Length}");
            Assert.True(waited < Stopwatch.GetElapsedTime(began), $"waited {waited}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Browsers_are_let_in_by_where_their_page_comes_from()
    {
        string services = sites.Plain.Admin.BaseAddress + "services";

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(services, ("Origin", sites.Plain.Url))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(services, ("Origin", "http://localhost:8002"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(services, ("Origin", "http://evil.test"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(services, ("Origin", "null"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(services, ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(services, ("Host", "kong-admin.svc:8001"))).StatusCode);

        string moved = sites.Moved.Admin.BaseAddress + "services";
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(moved, ("Origin", "https://ui.example.test"), ("Host", "api.example.test"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(moved, ("Origin", "https://ui.example.test.evil.test"))).StatusCode);
    }

    [Fact]
    public async Task Each_request_has_its_line_and_what_goes_wrong_has_one_too()
    {
        await Client.GetAsync(sites.Plain.Url + "/services?secret=hush");
        await Client.GetAsync(sites.Plain.Url + "/assets/gone.js?secret=hush");
        await SendAsync(sites.Plain.Url + "/", ("Host", "evil.test"));

        await sites.Plain.LogLineAsync("admin_gui_access.log", "GET /services");
        Assert.Contains("there is no such file", await sites.Plain.LogLineAsync("admin_gui_error.log", "/assets/gone.js"), StringComparison.Ordinal);
        string refused = await sites.Plain.LogLineAsync("admin_gui_error.log", "evil.test");
        Assert.Contains("[warn]", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", await sites.Plain.LogLineAsync("admin_gui_error.log", "gone.js"), StringComparison.Ordinal);
    }

    private static async Task<string> ScriptAsync(string page) =>
        (await Client.GetStringAsync(page)).Split('"').First(static part => part.Contains("/assets/", StringComparison.Ordinal) && part.EndsWith(".js", StringComparison.Ordinal));

    private static async Task<HttpResponseMessage> SendAsync(string url, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, url);
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Client.SendAsync(request);
    }

    private static string Header(HttpResponseMessage response, string name) => Assert.Single(response.Headers.GetValues(name));

    /// <summary>A gateway as it comes, and one behind a reverse proxy.</summary>
    public sealed class Sites : IAsyncLifetime
    {
        public ManagedGateway Plain { get; private set; } = null!;

        public ManagedGateway Moved { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Plain = await ManagedGateway.StartAsync();
            Moved = await ManagedGateway.StartAsync(("admin_gui_path", "/manager"), ("admin_gui_url", "https://ui.example.test/manager"), ("admin_gui_api_url", "https://api.example.test/it's"));
        }

        public async ValueTask DisposeAsync()
        {
            await Plain.DisposeAsync();
            await Moved.DisposeAsync();
        }
    }
}
