using Gibbon.Clustering;
using Gibbon.Clustering.Compatibility;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Tests.Clustering;

public sealed class ReductionTests
{
    [Theory]
    [InlineData("3.9.1", 3_009_001_000)]
    [InlineData("3.0.0", 3_000_000_000)]
    [InlineData("3.10.0.2", 3_010_000_002)]
    [InlineData("abc", 0)]
    public void An_older_version_is_a_smaller_number(string version, long number) => Assert.Equal(number, KongVersion.Number(version));

    [Theory]
    [InlineData("3.9.1", 3, 9)]
    [InlineData("3.10.0-rc1", 3, 10)]
    [InlineData("3.9", null, null)]
    [InlineData("v3.9.1", null, null)]
    [InlineData("", null, null)]
    public void A_version_has_three_numbers(string version, int? major, int? minor) =>
        Assert.Equal((major, minor), (KongVersion.MajorMinor(version)?.Major, KongVersion.MajorMinor(version)?.Minor));

    [Theory]
    [InlineData("3.9.1", "{'llm':1}", "{'llm':1}", "key-auth")]
    [InlineData("3.6.9", "{'realm':null,'a':1}", "{'a':1}", "key-auth")]
    [InlineData("3.7.0", "{'realm':null,'a':1}", "{'realm':null,'a':1}", "key-auth")]
    [InlineData("3.7.0", "{'queue':{'concurrency_limit':1,'max_batch_size':5}}", "{'queue':{'max_batch_size':5}}", "http-log")]
    [InlineData("3.2.2", "{'queue':{'max_batch_size':5,'max_coalescing_delay':3}}", "{'retry_count':10,'queue_size':5,'flush_timeout':3}", "statsd")]
    [InlineData("3.7.1", "{'traces_endpoint':'http://a','logs_endpoint':null}", "{'endpoint':'http://a'}", "opentelemetry")]
    [InlineData("3.4.2", "{'header_type':'gcp','default_header_type':'gcp'}", "{'header_type':'preserve','default_header_type':'b3'}", "zipkin")]
    [InlineData("3.4.2", "{'header_type':'aws'}", "{'header_type':'aws'}", "zipkin")]
    [InlineData("3.1.1", "{'idling_timeout':1,'remember':true,'cookie_same_site':'Default','audience':'x'}",
        "{'cookie_idletime':1,'cookie_samesite':'Lax','cookie_persistent':true}", "session")]
    [InlineData("3.5.0", "{'policy':'redis','redis':{'host':'h','port':1}}",
        "{'policy':'redis','redis_host':'h','redis_port':1,'redis_username':null,'redis_password':null,'redis_database':null,'redis_timeout':null,"
        + "'redis_ssl':null,'redis_ssl_verify':null,'redis_server_name':null}", "rate-limiting")]
    [InlineData("3.5.0", "{'policy':'local','redis':{'host':'h'}}", "{'policy':'local','redis':{'host':'h'}}", "rate-limiting")]
    [InlineData("3.8.1", "{'model':{'provider':'huggingface','options':{'huggingface':{'wait_for_model':true}}},'route_type':'llm/v1/chat'}",
        "{'model':{'provider':'openai','options':{}},'route_type':'preserve'}", "ai-proxy")]
    [InlineData("3.8.1", "{'model':{'provider':'gemini'},'route_type':'llm/v1/chat'}", "{'model':{'provider':'gemini'},'route_type':'llm/v1/chat'}", "ai-proxy")]
    [InlineData("3.7.1", "{'model':{'provider':'bedrock'},'route_type':'llm/v1/chat'}", "{'model':{'provider':'openai'},'route_type':'preserve'}", "ai-proxy")]
    [InlineData("3.6.1", "{'model':{'provider':'gemini'},'route_type':'llm/v1/chat'}", "{'model':{'provider':'openai'},'route_type':'llm/v1/chat'}", "ai-proxy")]
    [InlineData("3.7.1", "{'model':{'provider':'mistral','options':null}}", "{'model':{'provider':'mistral','options':{'upstream_url':'https://api.mistral.ai:443'}}}", "ai-proxy")]
    [InlineData("3.7.1", "{'llm':{'model':{'provider':'gemini'}},'prompt':'p'}", "{'llm':{'model':{'provider':'openai'}},'prompt':'p'}", "ai-request-transformer")]
    public void A_plugin_has_what_its_older_version_knew(string version, string config, string expected, string plugin)
    {
        ValueMap table = Read($"{{'plugins':[{{'name':'{plugin}','config':{config}}}]}}");
        new Reduction(table, version).Apply();
        Assert.Equal(Text(Read(expected)), Text((ValueMap)((ValueMap)table.GetList("plugins")![0]!).GetMap("config")!));
    }

    [Theory]
    [InlineData("3.2.0", "vaults", "{'name':'env','config':{'prefix':'a-b'}}", "{'name':'env','config':{'prefix':'a_b'}}")]
    [InlineData("3.1.0", "upstreams", "{'algorithm':'latency'}", "{'algorithm':'round-robin'}")]
    [InlineData("3.1.0", "services", "{'protocol':'tls','tls_verify':true,'port':1}", "{'protocol':'tls','port':1}")]
    [InlineData("3.1.0", "services", "{'protocol':'https','tls_verify':true}", "{'protocol':'https','tls_verify':true}")]
    [InlineData("3.0.1", "upstreams", "{'use_srv_name':false,'algorithm':'least-connections'}", "{'algorithm':'least-connections'}")]
    [InlineData("3.3.0", "consumers", "{'updated_at':1}", "{'updated_at':1}")]
    [InlineData("3.2.9", "consumers", "{'updated_at':1,'username':'bob'}", "{'username':'bob'}")]
    public void An_entity_has_what_older_versions_knew(string version, string kind, string entity, string expected)
    {
        ValueMap table = Read($"{{'{kind}':[{entity}]}}");
        Reduction reduction = new(table, version);
        reduction.Apply();
        Assert.Equal(Text(Read(expected)), Text((ValueMap)table.GetList(kind)![0]!));
        Assert.Equal(entity != expected, reduction.HasChanged);
    }

    [Fact]
    public void That_an_older_acme_ignores_the_name_of_a_redis_user_is_noted_and_nothing_else()
    {
        ValueMap table = Read("{'plugins':[{'name':'acme','config':{'storage':'redis','storage_config':{'redis':{'username':'u'}}}}]}");
        Reduction reduction = new(table, "3.7.0");
        reduction.Apply();
        Assert.False(reduction.HasChanged);
        Assert.Equal(
            "Kong Gateway v3.9.1 configures acme plugin with redis username which is incompatible with dataplane version 3.7.0 and will not work in this release.",
            Assert.Single(reduction.Notes));
    }

    private static ValueMap Read(string json)
    {
        Assert.True(ValueJson.TryRead(System.Text.Encoding.UTF8.GetBytes(json.Replace('\'', '"')), out object? value, out _));
        return (ValueMap)value!;
    }

    private static string Text(ValueMap value) =>
        System.Text.Encoding.UTF8.GetString(ValueJson.Write(new ValueMap(value.OrderBy(static pair => pair.Key, StringComparer.Ordinal))));
}
