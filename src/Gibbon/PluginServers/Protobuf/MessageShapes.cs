namespace Gibbon.PluginServers.Protobuf;

/// <summary>The messages of <c>ProtoBuf:1</c>, with the numbers that both sides have agreed on.</summary>
internal static class MessageShapes
{
    public static readonly MessageShape Text = new(new MessageField(1, "v", FieldKind.Text));
    public static readonly MessageShape Bytes = new(new MessageField(1, "v", FieldKind.Bytes));
    public static readonly MessageShape Whole = new(new MessageField(1, "v", FieldKind.Whole));
    public static readonly MessageShape Double = new(new MessageField(1, "v", FieldKind.Double));
    public static readonly MessageShape Flag = new(new MessageField(1, "v", FieldKind.Flag));

    public static readonly MessageShape Pair = new(new MessageField(1, "k", FieldKind.Text), new MessageField(2, "v", FieldKind.Value));
    public static readonly MessageShape Target = new(new MessageField(1, "host", FieldKind.Text), new MessageField(2, "port", FieldKind.Whole));

    public static readonly MessageShape Exit = new(
        new MessageField(1, "status", FieldKind.Whole),
        new MessageField(2, "body", FieldKind.Bytes),
        new MessageField(3, "headers", FieldKind.Struct));

    public static readonly MessageShape ConsumerSpec = new(
        new MessageField(1, "id", FieldKind.Text),
        new MessageField(2, "by_username", FieldKind.Flag));

    public static readonly MessageShape Consumer = new(
        new MessageField(1, "id", FieldKind.Text),
        new MessageField(2, "created_at", FieldKind.Whole),
        new MessageField(3, "username", FieldKind.Text),
        new MessageField(4, "custom_id", FieldKind.Text),
        new MessageField(5, "tags", FieldKind.Texts));

    public static readonly MessageShape Credential = new(
        new MessageField(1, "id", FieldKind.Text),
        new MessageField(2, "consumer_id", FieldKind.Text));

    public static readonly MessageShape Authentication = new(
        new MessageField(1, "consumer", FieldKind.Message, Consumer),
        new MessageField(2, "credential", FieldKind.Message, Credential));

    public static readonly MessageShape Key = new(new MessageField(1, "id", FieldKind.Text));

    public static readonly MessageShape Route = new(
        new MessageField(1, "id", FieldKind.Text),
        new MessageField(2, "created_at", FieldKind.Whole),
        new MessageField(3, "updated_at", FieldKind.Whole),
        new MessageField(4, "name", FieldKind.Text),
        new MessageField(5, "protocols", FieldKind.Texts),
        new MessageField(6, "methods", FieldKind.Texts),
        new MessageField(7, "hosts", FieldKind.Texts),
        new MessageField(8, "paths", FieldKind.Texts),
        new MessageField(9, "headers", FieldKind.Texts),
        new MessageField(10, "https_redirect_status_code", FieldKind.Whole),
        new MessageField(11, "regex_priority", FieldKind.Whole),
        new MessageField(12, "strip_path", FieldKind.Flag),
        new MessageField(13, "preserve_host", FieldKind.Flag),
        new MessageField(14, "snis", FieldKind.Texts),
        new MessageField(15, "sources", FieldKind.Texts),
        new MessageField(16, "destinations", FieldKind.Texts),
        new MessageField(17, "tags", FieldKind.Texts),
        new MessageField(18, "service", FieldKind.Message, Key));

    public static readonly MessageShape Service = new(
        new MessageField(1, "id", FieldKind.Text),
        new MessageField(2, "created_at", FieldKind.Whole),
        new MessageField(3, "updated_at", FieldKind.Whole),
        new MessageField(4, "name", FieldKind.Text),
        new MessageField(5, "retries", FieldKind.Whole),
        new MessageField(6, "protocol", FieldKind.Text),
        new MessageField(7, "host", FieldKind.Text),
        new MessageField(8, "port", FieldKind.Whole),
        new MessageField(9, "path", FieldKind.Text),
        new MessageField(10, "connect_timeout", FieldKind.Whole),
        new MessageField(11, "write_timeout", FieldKind.Whole),
        new MessageField(12, "read_timeout", FieldKind.Whole),
        new MessageField(13, "tags", FieldKind.Texts),
        new MessageField(14, "client_certificate", FieldKind.Message, Key));

    private static readonly MessageShape s_dictionary = new(
        new MessageField(1, "allocated_slabs", FieldKind.Whole),
        new MessageField(2, "capacity", FieldKind.Whole));

    private static readonly MessageShape s_dictionaries = new(
        new MessageField(1, "kong", FieldKind.Message, s_dictionary),
        new MessageField(2, "kong_db_cache", FieldKind.Message, s_dictionary));

    private static readonly MessageShape s_worker = new(
        new MessageField(1, "http_allocated_gc", FieldKind.Whole),
        new MessageField(2, "pid", FieldKind.Whole));

    public static readonly MessageShape Memory = new(
        new MessageField(1, "lua_shared_dicts", FieldKind.Message, s_dictionaries),
        new MessageField(2, "workers_lua_vms", FieldKind.Messages, s_worker));

    /// <summary>What asks the server for something, and what it answers.</summary>
    public static readonly MessageShape StartInstance = new(
        new MessageField(1, "name", FieldKind.Text),
        new MessageField(2, "config", FieldKind.Bytes));

    public static readonly MessageShape Instance = new(new MessageField(1, "instance_id", FieldKind.Whole));

    public static readonly MessageShape HandleEvent = new(
        new MessageField(1, "instance_id", FieldKind.Whole),
        new MessageField(2, "event_name", FieldKind.Text));

    public static readonly MessageShape InstanceStatus = new(
        new MessageField(1, "name", FieldKind.Text),
        new MessageField(2, "instance_id", FieldKind.Whole),
        new MessageField(4, "started_at", FieldKind.Whole));

    public static readonly MessageShape Call = new(
        new MessageField(1, "sequence", FieldKind.Whole),
        new MessageField(33, "cmd_start_instance", FieldKind.Message, StartInstance),
        new MessageField(35, "cmd_close_instance", FieldKind.Message, Instance),
        new MessageField(36, "cmd_handle_event", FieldKind.Message, HandleEvent));

    public static readonly MessageShape Answer = new(
        new MessageField(1, "sequence", FieldKind.Whole),
        new MessageField(33, "instance_status", FieldKind.Message, InstanceStatus));
}
