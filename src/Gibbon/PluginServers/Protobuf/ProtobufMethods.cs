using System.Collections.Frozen;
using In = Gibbon.PluginServers.Protobuf.ProtobufArguments;
using Out = Gibbon.PluginServers.Protobuf.ProtobufResults;

namespace Gibbon.PluginServers.Protobuf;

/// <summary>The functions that servers of this protocol may call: the interface that both sides were made from names them.</summary>
internal static class ProtobufMethods
{
    private static readonly FrozenDictionary<string, ProtobufMethod> s_byName = new Dictionary<string, ProtobufMethod>(StringComparer.Ordinal)
    {
        ["kong.client.get_ip"] = new(In.None, Out.Text),
        ["kong.client.get_forwarded_ip"] = new(In.None, Out.Text),
        ["kong.client.get_port"] = new(In.None, Out.Whole),
        ["kong.client.get_forwarded_port"] = new(In.None, Out.Whole),
        ["kong.client.get_credential"] = new(In.None, Out.Credential),
        ["kong.client.load_consumer"] = new(In.Consumer, Out.Consumer),
        ["kong.client.get_consumer"] = new(In.None, Out.Consumer),
        ["kong.client.authenticate"] = new(In.Authentication, Out.None),
        ["kong.client.get_protocol"] = new(In.Flag, Out.Text),
        ["kong.ctx.shared.set"] = new(In.Pair, Out.None),
        ["kong.ctx.shared.get"] = new(In.Text, Out.Value),
        ["kong.ip.is_trusted"] = new(In.Text, Out.Flag),
        ["kong.log.alert"] = new(In.List, Out.None),
        ["kong.log.crit"] = new(In.List, Out.None),
        ["kong.log.err"] = new(In.List, Out.None),
        ["kong.log.warn"] = new(In.List, Out.None),
        ["kong.log.notice"] = new(In.List, Out.None),
        ["kong.log.info"] = new(In.List, Out.None),
        ["kong.log.debug"] = new(In.List, Out.None),
        ["kong.log.set_serialize_value"] = new(In.Pair, Out.None),
        ["kong.log.serialize"] = new(In.None, Out.Text),
        ["kong.nginx.get_var"] = new(In.Text, Out.Text),
        ["kong.nginx.get_tls1_version_str"] = new(In.None, Out.Text),
        ["kong.nginx.set_ctx"] = new(In.Pair, Out.Text),
        ["kong.nginx.get_ctx"] = new(In.Text, Out.Value),
        ["kong.nginx.req_start_time"] = new(In.None, Out.Double),
        ["kong.nginx.get_subsystem"] = new(In.None, Out.Text),
        ["kong.node.get_id"] = new(In.None, Out.Text),
        ["kong.node.get_memory_stats"] = new(In.None, Out.Memory),
        ["kong.request.get_scheme"] = new(In.None, Out.Text),
        ["kong.request.get_host"] = new(In.None, Out.Text),
        ["kong.request.get_port"] = new(In.None, Out.Whole),
        ["kong.request.get_forwarded_scheme"] = new(In.None, Out.Text),
        ["kong.request.get_forwarded_host"] = new(In.None, Out.Text),
        ["kong.request.get_forwarded_port"] = new(In.None, Out.Whole),
        ["kong.request.get_http_version"] = new(In.None, Out.Double),
        ["kong.request.get_method"] = new(In.None, Out.Text),
        ["kong.request.get_path"] = new(In.None, Out.Text),
        ["kong.request.get_path_with_query"] = new(In.None, Out.Text),
        ["kong.request.get_raw_query"] = new(In.None, Out.Text),
        ["kong.request.get_query_arg"] = new(In.Text, Out.Text),
        ["kong.request.get_query"] = new(In.Whole, Out.Struct),
        ["kong.request.get_header"] = new(In.Text, Out.Text),
        ["kong.request.get_headers"] = new(In.Whole, Out.Struct),
        ["kong.request.get_raw_body"] = new(In.None, Out.Body),
        ["kong.request.get_uri_captures"] = new(In.None, Out.Captures),
        ["kong.response.get_status"] = new(In.None, Out.Whole),
        ["kong.response.get_header"] = new(In.Text, Out.Text),
        ["kong.response.get_headers"] = new(In.Whole, Out.Struct),
        ["kong.response.get_source"] = new(In.None, Out.Text),
        ["kong.response.set_status"] = new(In.Whole, Out.None),
        ["kong.response.set_header"] = new(In.Pair, Out.None),
        ["kong.response.add_header"] = new(In.Pair, Out.None),
        ["kong.response.clear_header"] = new(In.Text, Out.None),
        ["kong.response.set_headers"] = new(In.Struct, Out.None),
        ["kong.response.exit"] = new(In.Exit, Out.None),
        ["kong.router.get_route"] = new(In.None, Out.Route),
        ["kong.router.get_service"] = new(In.None, Out.Service),
        ["kong.service.set_upstream"] = new(In.Text, Out.Flag),
        ["kong.service.set_target"] = new(In.Target, Out.None),
        ["kong.service.request.set_scheme"] = new(In.Text, Out.None),
        ["kong.service.request.set_path"] = new(In.Text, Out.None),
        ["kong.service.request.set_raw_query"] = new(In.Text, Out.None),
        ["kong.service.request.set_method"] = new(In.Text, Out.None),
        ["kong.service.request.set_query"] = new(In.Struct, Out.None),
        ["kong.service.request.set_header"] = new(In.Pair, Out.None),
        ["kong.service.request.add_header"] = new(In.Pair, Out.None),
        ["kong.service.request.clear_header"] = new(In.Text, Out.None),
        ["kong.service.request.set_headers"] = new(In.Struct, Out.None),
        ["kong.service.request.set_raw_body"] = new(In.Bytes, Out.None),
        ["kong.service.response.get_status"] = new(In.None, Out.Whole),
        ["kong.service.response.get_header"] = new(In.Text, Out.Text),
        ["kong.service.response.get_headers"] = new(In.Whole, Out.Struct),
        ["kong.service.response.get_raw_body"] = new(In.None, Out.Bytes),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static ProtobufMethod? Find(string name) => s_byName.GetValueOrDefault(name);

    /// <summary>All names, for the tests.</summary>
    public static IEnumerable<string> Names => s_byName.Keys;
}
