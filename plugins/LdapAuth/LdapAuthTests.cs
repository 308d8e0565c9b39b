using System.Text;

namespace Gibbon.Plugins.LdapAuth;

/// <summary>Logins against a real OpenLDAP.</summary>
public sealed class LdapAuthTests(LdapAuthTests.Server server) : IClassFixture<LdapAuthTests.Server>
{
    [Theory]
    [InlineData("clear", "Authorization", "ldap ")]
    [InlineData("start_tls", "Authorization", "LDAP  ")]
    [InlineData("ldaps", "Proxy-Authorization", "Ldap ")]
    public async Task A_password_that_the_directory_knows_lets_its_user_in(string how, string header, string scheme)
    {
        await using var scene = await Scene.StartAsync(Plugin(how));

        foreach (var _ in new int[3])
        {
            using var response = await scene.GetAsync("/x", (header, scheme + Encode("bob:pw:1")), ("X-Consumer-ID", "me"));
            Assert.Equal(200, (int)response.StatusCode);
            Assert.Equal(("bob", null), (scene.Received.Header("X-Credential-Identifier"), scene.Received.Header("X-Consumer-ID")));
        }
    }

    [Theory]
    [InlineData("bob:nope")]
    [InlineData("nobody:pw:1")]
    [InlineData("bob:")]
    [InlineData("bob")]
    [InlineData("bob,ou=people:pw:1")]
    [InlineData("eve,ou=secret:eve")]
    [InlineData(":pw:1")]
    public async Task Anybody_else_is_turned_away(string login)
    {
        await using var scene = await Scene.StartAsync(Plugin("clear", "realm: mine, "));

        using var response = await scene.GetAsync("/x", ("Authorization", "ldap " + Encode(login)));

        Assert.Equal((401, "Unauthorized"), await response.ErrorAsync());
        Assert.Equal("LDAP realm=\"mine\"", response.Header("WWW-Authenticate"));
        Assert.Empty(scene.Upstream.Requests);
    }

    [Theory]
    [InlineData("Basic Ym9iOnB3OjE=")]
    [InlineData("ldapYm9iOnB3OjE=")]
    [InlineData("ldap !!!")]
    [InlineData("ldap Ym9i OnB3OjE=")]
    [InlineData("ldap")]
    public async Task A_header_of_another_form_is_none(string header)
    {
        await using var scene = await Scene.StartAsync(Plugin("clear"));

        Assert.Equal((401, "Unauthorized"), await (await scene.GetAsync("/x", ("Authorization", header))).ErrorAsync());
        Assert.Equal((401, "Unauthorized"), await (await scene.GetAsync("/x")).ErrorAsync());
    }

    [Theory]
    [InlineData("ldap Ym9iOnB3OjE")]
    [InlineData("ldap Ym9iOnB3OjEK")]
    public async Task Padding_may_be_missing_and_the_end_of_the_line_sent(string header)
    {
        await using var scene = await Scene.StartAsync(Plugin("clear"));

        Assert.Equal(200, (int)(await scene.GetAsync("/x", ("Authorization", header))).StatusCode);
    }

    [Fact]
    public async Task The_scheme_may_be_another_and_the_service_need_not_see_the_password()
    {
        await using var scene = await Scene.StartAsync(Plugin("clear", "header_type: basic, hide_credentials: true, "));

        Assert.Equal("basic", (await scene.GetAsync("/x")).Header("WWW-Authenticate"));
        Assert.Equal(200, (int)(await scene.GetAsync("/x", ("Authorization", "Basic " + Encode("Smith, Ann:ann")))).StatusCode);
        Assert.Equal(("Smith, Ann", null), (scene.Received.Header("X-Credential-Identifier"), scene.Received.Header("Authorization")));
    }

    [Fact]
    public async Task An_anonymous_consumer_stands_in()
    {
        await using var scene = await Scene.StartAsync(Plugin("clear", "anonymous: anon, "));

        await scene.GetAsync("/x", ("Authorization", "ldap " + Encode("bob:nope")));
        Assert.Equal(("anon", "true"), (scene.Received.Header("X-Consumer-Username"), scene.Received.Header("X-Anonymous-Consumer")));
    }

    [Theory]
    [InlineData("start_tls")]
    [InlineData("ldaps")]
    public async Task A_directory_with_a_certificate_that_nobody_knows_is_not_believed_if_it_is_checked(string how)
    {
        await using var scene = await Scene.StartAsync(Plugin(how, "verify_ldap_host: true, "));

        Assert.Equal((401, "Unauthorized"), await (await scene.GetAsync("/x", ("Authorization", "ldap " + Encode("bob:pw:1")))).ErrorAsync());
        await scene.UntilLoggedAsync("failed to do SSL handshake with 127.0.0.1");
        Assert.DoesNotContain("pw:1", scene.ErrorLog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_directory_nobody_new_gets_in_and_no_request_hangs()
    {
        await using var slapd = await SlapdServer.StartAsync();
        await using var scene = await Scene.StartAsync(Plugin("clear", "", slapd.Port));

        Assert.Equal(200, (int)(await scene.GetAsync("/x", ("Authorization", "ldap " + Encode("bob:pw:1")))).StatusCode);
        await slapd.StopAsync();
        Assert.Equal(200, (int)(await scene.GetAsync("/x", ("Authorization", "ldap " + Encode("bob:pw:1")))).StatusCode);
        Assert.Equal(500, (int)(await scene.GetAsync("/x", ("Authorization", "ldap " + Encode("Smith, Ann:ann")))).StatusCode);
        Assert.DoesNotContain("ann:", scene.ErrorLog, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bob", "cn=bob,dc=x")]
    [InlineData("a,b=c", "cn=a\\,b\\=c,dc=x")]
    [InlineData(" #a ", "cn=\\ #a\\ ,dc=x")]
    [InlineData("#a\"+;<>\\", "cn=\\#a\\\"\\+\\;\\<\\>\\\\,dc=x")]
    public void A_user_cannot_choose_the_place_of_his_entry(string user, string name) => Assert.Equal(name, DistinguishedName.Of("cn", user, "dc=x"));

    [Theory]
    [InlineData("0000")]
    [InlineData("3080")]
    [InlineData("3084ffffffff")]
    [InlineData("30847fffffff")]
    [InlineData("30050201016100")]
    [InlineData("300c02010161070a010004000400")]
    public async Task What_is_no_answer_is_an_error(string hex)
    {
        using var stream = new MemoryStream(Convert.FromHexString(hex));

        await Assert.ThrowsAnyAsync<IOException>(async () => await LdapMessage.ReadAsync(stream, 2, default));
    }

    string Plugin(string how, string more = "", int? port = null) =>
        $"{{name: ldap-auth, config: {{{more}ldap_host: 127.0.0.1, ldap_port: {port ?? (how == "ldaps" ? server.Slapd.TlsPort : server.Slapd.Port)}, " +
        $"base_dn: '{SlapdServer.BaseDn}', attribute: cn, timeout: 30000{(how == "clear" ? "" : $", {how}: true")}}}}}";

    static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    public sealed class Server : IAsyncLifetime
    {
        internal SlapdServer Slapd { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Slapd = await SlapdServer.StartAsync();

        public ValueTask DisposeAsync() => Slapd.DisposeAsync();
    }
}
