// What the bundled plugins are for, in the words that people look for. Plugins that are not named here stand under "Custom".
export const categories: { title: string; plugins: Record<string, string> }[] = [
  { title: 'Authentication', plugins: {
    'key-auth': 'Ask for an API key', 'basic-auth': 'Ask for user name and password', jwt: 'Verify signed tokens', 'hmac-auth': 'Verify signed requests',
    oauth2: 'Be an OAuth 2.0 server', 'ldap-auth': 'Ask an LDAP directory', session: 'Keep a browser signed in' } },
  { title: 'Security', plugins: {
    acl: 'Allow or deny groups of consumers', 'ip-restriction': 'Allow or deny addresses', 'bot-detection': 'Turn bots away', cors: 'Let web pages of other origins in', acme: 'Get certificates from an ACME authority' } },
  { title: 'Traffic control', plugins: {
    'rate-limiting': 'Limit requests per second, minute, hour …', 'response-ratelimiting': 'Limit by what responses say', 'request-size-limiting': 'Refuse large bodies',
    'request-termination': 'Answer in the place of the service', 'proxy-cache': 'Keep responses and give them again', redirect: 'Send clients elsewhere', 'standard-webhooks': 'Verify webhooks' } },
  { title: 'Transformation', plugins: {
    'request-transformer': 'Change requests', 'response-transformer': 'Change responses', 'correlation-id': 'Give each request an ID', 'grpc-gateway': 'Reach gRPC by REST', 'grpc-web': 'Reach gRPC from browsers' } },
  { title: 'Observability', plugins: {
    prometheus: 'Metrics for Prometheus', opentelemetry: 'Traces and logs by OTLP', zipkin: 'Traces for Zipkin', datadog: 'Metrics for Datadog', statsd: 'Metrics for StatsD',
    'file-log': 'Log to a file', 'http-log': 'Log to an HTTP server', 'tcp-log': 'Log over TCP', 'udp-log': 'Log over UDP', syslog: 'Log to syslog', loggly: 'Log to Loggly' } },
  { title: 'AI', plugins: {
    'ai-proxy': 'One API for many models', 'ai-prompt-decorator': 'Add to prompts', 'ai-prompt-guard': 'Allow or deny prompts', 'ai-prompt-template': 'Fill templates of prompts',
    'ai-request-transformer': 'Change requests with a model', 'ai-response-transformer': 'Change responses with a model' } },
  { title: 'Serverless', plugins: {
    'aws-lambda': 'Call AWS Lambda', 'azure-functions': 'Call Azure Functions', 'pre-function': 'Run Lua before other plugins', 'post-function': 'Run Lua after other plugins' } },
]

export const purpose = (name: string) => categories.map((category) => category.plugins[name]).find(Boolean) ?? ''
