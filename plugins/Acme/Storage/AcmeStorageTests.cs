using System.Text.Json.Nodes;
using static Gibbon.Plugins.Acme.AcmeTests;

namespace Gibbon.Plugins.Acme.Storage;

/// <summary>Certificates issued through the storages that are servers of HashiCorp's.</summary>
public sealed class AcmeStorageTests : IDisposable
{
    const string Lock = "kong_acme:update_lock:" + Shop;

    readonly string directory = Directory.CreateTempSubdirectory("gibbon-acme-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task What_is_in_Consul_is_shared_by_nodes_and_lies_under_Kongs_keys()
    {
        await using var consul = new ConsulServer();
        await using var authority = await AcmeAuthority.StartAsync();

        await IssueAsync(authority, Consul(consul));

        Assert.Equal(Keys("team/acme/", authority), consul.Keys);
    }

    [Fact]
    public async Task What_is_in_a_vault_is_shared_by_nodes_and_lies_under_Kongs_keys()
    {
        await using var vault = new HashiCorpServer();
        await using var authority = await AcmeAuthority.StartAsync();

        await IssueAsync(authority, Vault(vault, $"token: {HashiCorpServer.Token}"));

        Assert.Equal(Keys("team/", authority), vault.Keys);
    }

    [Fact]
    public async Task An_account_of_Kubernetes_opens_a_vault()
    {
        await using var vault = new HashiCorpServer();
        await using var authority = await AcmeAuthority.StartAsync();
        await File.WriteAllTextAsync($"{directory}/jwt", HashiCorpServer.Account + "\n");

        await IssueAsync(authority, Vault(vault, $"auth_method: kubernetes, auth_role: {HashiCorpServer.Role}, jwt_path: {directory}/jwt"));

        Assert.Equal(Keys("team/", authority), vault.Keys);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_wrong_token_is_told_and_no_certificate_ordered(bool isVault)
    {
        await using var consul = new ConsulServer();
        await using var vault = new HashiCorpServer();
        await using var authority = await AcmeAuthority.StartAsync();
        await using var gateway = await StartAsync(authority, isVault ? Vault(vault, "token: wr0ng") : Consul(consul, "wr0ng"));

        using var refused = await CreateAsync(gateway, Shop);

        Assert.Equal(500, (int)refused.StatusCode);
        Assert.Equal((0, 0, 0), (authority.OrderCount, consul.Keys.Length, vault.Keys.Length));
        await gateway.LoggedAsync("the server answered with status 403");
        Assert.DoesNotContain("wr0ng", gateway.ErrorLog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lock_in_Consul_that_is_over_hinders_nobody()
    {
        await using var consul = new ConsulServer();
        await using var authority = await AcmeAuthority.StartAsync();
        consul.Put($"team/acme/{Lock}", "placeholder", flags: 1000);

        await IssueAsync(authority, Consul(consul));

        Assert.Equal(Keys("team/acme/", authority), consul.Keys);
    }

    [Fact]
    public async Task A_lock_in_a_vault_that_is_over_hinders_nobody()
    {
        await using var vault = new HashiCorpServer();
        await using var authority = await AcmeAuthority.StartAsync();
        vault.Put($"team/{Lock}", "placeholder", DateTimeOffset.UtcNow.AddSeconds(-1));

        await IssueAsync(authority, Vault(vault, $"token: {HashiCorpServer.Token}"));

        Assert.Equal(Keys("team/", authority), vault.Keys);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_nodes_that_both_find_a_lock_in_Consul_free_or_over_one_gets_it(bool isOver)
    {
        await using var consul = new ConsulServer();
        await using var authority = await AcmeAuthority.StartAsync();
        await using var gateway = await StartAsync(authority, Consul(consul));
        if (isOver)
            consul.Put($"team/acme/{Lock}", "placeholder", flags: 1000);

        // The other node comes between the look and what follows from it.
        var name = Uri.EscapeDataString(Lock);
        var isTaken = 0;
        consul.Before = request =>
        {
            if (!request.StartsWith("GET ", StringComparison.Ordinal) && request.Contains(name, StringComparison.Ordinal) && Interlocked.Exchange(ref isTaken, 1) == 0)
                consul.Put($"team/acme/{Lock}", "the other's");
        };
        using var created = await CreateAsync(gateway, Shop);

        Assert.Equal((1, 0), (isTaken, authority.OrderCount));
        Assert.Contains($"team/acme/{Lock}", consul.Keys);
        await gateway.LoggedAsync($"update_certificate for {Shop} is already running");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_nodes_that_both_find_a_lock_in_a_vault_free_or_over_one_gets_it(bool isOver)
    {
        await using var vault = new HashiCorpServer();
        await using var authority = await AcmeAuthority.StartAsync();
        await using var gateway = await StartAsync(authority, Vault(vault, $"token: {HashiCorpServer.Token}"));
        if (isOver)
            vault.Put($"team/{Lock}", "placeholder", DateTimeOffset.UtcNow.AddSeconds(-1));

        var name = Uri.EscapeDataString(Lock);
        var isTaken = 0;
        vault.Before = request =>
        {
            if (!request.StartsWith("GET ", StringComparison.Ordinal) && request.Contains(name, StringComparison.Ordinal) && Interlocked.Exchange(ref isTaken, 1) == 0)
                vault.Put($"team/{Lock}", "the other's");
        };
        using var created = await CreateAsync(gateway, Shop);

        Assert.Equal((1, 0), (isTaken, authority.OrderCount));
        Assert.Contains($"team/{Lock}", vault.Keys);
        await gateway.LoggedAsync($"update_certificate for {Shop} is already running");
    }

    /// <summary>One node orders; the authority asks the other one, which then shows the certificate and lists it.</summary>
    static async Task IssueAsync(AcmeAuthority authority, string config)
    {
        await using var one = await StartAsync(authority, config);
        await using var two = await StartAsync(authority, config);

        using var created = await CreateAsync(one, Shop);
        using var shown = await ShownAsync(two, Shop);

        Assert.Equal((201, $"certificate for host {Shop} is created"), await created.ErrorAsync());
        Assert.Equal("CN=Test Root", shown.Issuer);
        Assert.Single(JsonNode.Parse(await two.Admin.GetStringAsync("/acme/certificates"))!["data"]!.AsArray());
        Assert.Equal(1, authority.OrderCount);
    }

    static string Consul(ConsulServer consul, string token = ConsulServer.Token) =>
        $"domains: [{Shop}], cert_type: ecc, storage: consul, storage_config: {{consul: {{host: 127.0.0.1, port: {consul.Port}, kv_path: /team/acme, token: {token}, timeout: 30000}}}}";

    static string Vault(HashiCorpServer vault, string login) =>
        $"domains: [{Shop}], cert_type: ecc, storage: vault, storage_config: {{vault: {{host: 127.0.0.1, port: {vault.Port}, kv_path: secret/team, {login}, timeout: 30000}}}}";

    static string[] Keys(string below, AcmeAuthority authority) =>
    [
        $"{below}kong_acme:account:{authority.Url.Replace('/', '-')}:{Convert.ToBase64String("me@example.com"u8)}",
        $"{below}kong_acme:cert_key:{Shop}",
        $"{below}kong_acme:renew_config:{Shop}",
    ];
}
