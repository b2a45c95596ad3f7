use super::*;

fn refused(guard: &Guard, list: &[&str]) {
    for typed in list {
        assert_eq!(guard.read(typed), Err(Refused), "{typed}");
    }
}

#[test]
fn spellings_of_addresses_that_are_not_public() {
    let hosts = [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0x7f.1",
        "017700000001",
        "127.0.0.1.",
        "1２7.0.0.1",
        "127。0。0。1",
        "%31%32%37.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "0",
        "10.0.0.1",
        "10.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "192.168.257",
        "169.254.169.254",
        "0xa9fea9fe",
        "2852039166",
        "168.63.129.16",
        "100.64.0.1",
        "100.127.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "192.88.99.1",
        "192.175.48.1",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:0a00:0001]",
        "[::ffff:8.8.8.8]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b::8.8.8.8]",
        "[64:ff9b:1::1]",
        "[fc00::1]",
        "[fd12:3456:789a::1]",
        "[fe80::1]",
        "[febf::1]",
        "[fec0::1]",
        "[ff02::1]",
        "[2001:db8::1]",
        "[2001::1]",
        "[2001:10::1]",
        "[2001:2::1]",
        "[2002:7f00:1::]",
        "[2002:808:808::1]",
        "[3fff::1]",
        "[100::1]",
        "[5f00::1]",
        "[4000::1]",
        "localhost",
        "localhost.",
        "intranet",
        "LOCALHOST",
    ];
    let guard = Guard::default();
    for host in hosts {
        refused(&guard, &[&format!("https://{host}/hook"), &format!("https://{host}:8443/")]);
    }
}

#[test]
fn spellings_that_are_no_address_for_us() {
    let long = format!("https://{}.example/", "a".repeat(70_000));
    refused(
        &Guard::default(),
        &[
            "",
            "   ",
            "hooks.acme.example",
            "//hooks.acme.example/",
            "http://hooks.acme.example/",
            "ftp://hooks.acme.example/",
            "file:///etc/passwd",
            "gopher://hooks.acme.example/",
            "javascript:alert(1)",
            "data:text/plain,hi",
            "https://",
            "https:///path",
            "https://user@hooks.acme.example/",
            "https://user:pass@hooks.acme.example/",
            "https://:pass@hooks.acme.example/",
            "https://8.8.8.8@127.0.0.1/",
            "https://hooks.acme.example:80/",
            "https://hooks.acme.example:22/",
            "https://hooks.acme.example:0/",
            "https://hooks.acme.example:65536/",
            "https://hooks.acme.example:444/",
            "https://[::1/",
            "https://hooks acme.example/",
            "https://hooks.acme.example\u{0}/",
            "https://256.1.1.1/",
            "https://1.2.3.4.5/",
            "https://0x100000000/",
            "https://[fe80::1%25eth0]/",
            &long[..0],
        ],
    );
}

#[test]
fn ordinary_addresses_pass_and_are_kept_as_read() {
    let guard = Guard::default();
    for typed in [
        "https://hooks.acme.example/in?a=1",
        "https://hooks.acme.example:8443/",
        "  https://8.8.8.8/ ",
        "https://[2606:4700::1111]/",
        "HTTPS://Hooks.Acme.Example",
    ] {
        assert!(guard.read(typed).is_ok(), "{typed}");
    }
    assert_eq!(guard.read("https://hooks.acme.example/in").unwrap().url().host_str(), Some("hooks.acme.example"));
}

#[test]
fn edges_of_the_ranges() {
    let public = [
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
    ];
    assert!(public.iter().all(|ip| is_public(ip.parse().unwrap())));
    let v6 = ["2001:200::1", "2003::1", "2606:4700::1111", "2a00:1450::1", "3ffe::1"];
    assert!(v6.iter().all(|ip| is_public(ip.parse().unwrap())));
}

#[test]
fn one_address_inside_spoils_a_name() {
    let both: Vec<SocketAddr> = ["8.8.8.8:443", "10.0.0.1:443"].iter().map(|a| a.parse().unwrap()).collect();
    assert_eq!(vetted(both.clone(), false), Err(Refused));
    assert_eq!(vetted(both.clone(), true), Ok(both.clone()));
    assert_eq!(vetted(vec![], true), Err(Refused));
    assert_eq!(vetted(both[..1].to_vec(), false).unwrap().len(), 1);
}

#[test]
fn an_exception_is_one_origin_and_nothing_beside_it() {
    let named = Url::parse("http://10.1.2.3:8080/").unwrap();
    let guard = Guard::new([&named]);
    assert!(guard.read("http://10.1.2.3:8080/hook").is_ok());
    refused(
        &guard,
        &["http://10.1.2.3:8081/", "https://10.1.2.3:8080/", "http://10.1.2.4:8080/", "http://a@10.1.2.3:8080/", "http://10.1.2.3/"],
    );
}

#[tokio::test]
async fn answers_are_cut_and_redirects_are_not_followed() {
    use axum::http::{StatusCode, header};
    use axum::routing::post;
    let app = axum::Router::new()
        .route("/large", post(|| async { vec![b'x'; 1 << 20] }))
        .route("/away", post(|| async { (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, "/large")], "there") }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    let guard = Guard::new([&base]);
    let ask =
        async |path: &str| guard.post(&guard.read(base.join(path).unwrap().as_str()).unwrap(), HeaderMap::new(), vec![]).await.unwrap();
    assert_eq!(ask("/large").await.body.len(), 64 << 10);
    let away = ask("/away").await;
    assert_eq!((away.status, away.body.as_slice()), (307, b"there".as_slice()));
    server.abort();
}
