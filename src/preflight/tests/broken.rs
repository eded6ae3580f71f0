//! Buckets with one fault each, and the checks that find it.

use super::*;

/// A fault: the checks that find it, the message of the first check, and a function that adds the fault to the bucket.
type Broken = (&'static [&'static str], &'static str, fn(&mut Snapshot));

const BROKEN_BY_ROLES: &[Broken] = &[
    (&["bucket"], "the bucket `mp-forwarding-acme` does not exist", |s| {
        s.whereabouts = Ok(Whereabouts { presence: Presence::Missing, region: None });
        let absent = || Unanswered::NotAsked("the bucket does not exist".into());
        s.policy = Err(absent());
    }),
    (&["region"], "is in `eu-west-1`, but mParticle is configured for `us-east-1`", |s| {
        s.whereabouts = Ok(Whereabouts { presence: Presence::Elsewhere, region: Some("eu-west-1".into()) });
        s.key = None;
    }),
    (&["may-write"], "mParticle's roles may not write", |s| {
        s.policy = Ok(None);
        // Without a policy TLS is not required either; this is tested in the case of `tls`.
        s.is_plain_http = true;
    }),
    (&["may-write"], "[denies-mparticle]", |s| {
        deploy(s, |statements| {
            statements.push(json!({"Sid": "OwnNetwork", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
                "Resource": ["arn:aws:s3:::mp-forwarding-acme/*"],
                "Condition": {"StringNotEquals": {"aws:SourceVpc": "vpc-1a2b3c4d"}}}));
        });
    }),
    (&["policy-drift"], "missing: `DenyReadsOutsideEndpoints`", |s| {
        s.expected.edition = Some(Edition::Strict);
        s.expected.source_vpces = vec!["vpce-1a2b3c4d".parse().unwrap()];
    }),
    (&["policy-lint"], "[duplicate-sid]", |s| {
        deploy(s, |statements| {
            let mut twin = statements[2].clone();
            twin["Resource"] = "arn:aws:s3:::mp-forwarding-acme/*".into();
            statements.push(twin);
        });
    }),
    (&["exposure"], "the key's policy, `Open`: it allows everyone", |s| {
        let mut open = policy(Kind::Key, "mp-forwarding-acme");
        open["Statement"].as_array_mut().unwrap().push(
            json!({"Sid": "Open", "Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}),
        );
        s.key.as_mut().unwrap().policy = Ok(open.to_string());
    }),
    (&["exposure"], "the bucket policy, `Theirs`: `s3:*` allows every action", |s| {
        deploy(s, |statements| {
            statements.push(
                json!({"Sid": "Theirs", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
                "Action": "s3:*", "Resource": ["arn:aws:s3:::mp-forwarding-acme", "arn:aws:s3:::mp-forwarding-acme/*"]}),
            );
        });
    }),
    (&["policy-drift", "exposure"], "which allows more than expected", |s| {
        deploy(s, |statements| {
            statements[0]["Action"] = json!(["s3:PutObject", "s3:PutObjectAcl", "s3:DeleteObject", "s3:GetObject"]);
        });
    }),
    (&["policy-drift", "exposure"], "extra: `More` allows mParticle more than expected", |s| {
        deploy(s, |statements| {
            let mut more = statements[0].clone();
            (more["Sid"], more["Action"]) = ("More".into(), "s3:DeleteObject".into());
            statements.push(more);
        });
    }),
    (&["policy-drift", "tls"], "changed: `DenyInsecureTransport`: Action has", |s| {
        s.expected.edition = Some(Edition::Strict);
        deploy(s, |statements| statements[2]["Action"] = json!(["s3:GetObject", "s3:PutObject", "s3:ListBucket"]));
    }),
    (&["policy-lint"], "`DenyTlsBelow12`: it names no principal", |s| {
        deploy(s, |statements| drop(statements[3].as_object_mut().unwrap().remove("Principal")));
    }),
    (&["key"], "may not call kms:GenerateDataKey", |s| {
        // With a bucket key S3 sends the bucket's ARN.
        let mut key = policy(Kind::Key, "mp-forwarding-acme");
        key["Statement"][1]["Condition"]["StringLike"]["kms:EncryptionContext:aws:s3:arn"] =
            json!(["arn:aws:s3:::mp-forwarding-acme/*"]);
        s.key.as_mut().unwrap().policy = Ok(key.to_string());
    }),
    (&["public-access"], "off: RestrictPublicBuckets", |s| {
        if let Ok(Some(block)) = &mut s.public_access_block {
            block.restrict_public_buckets = false;
        }
    }),
    (&["tls"], "[no-tls]", |s| {
        s.policy = Ok(Some(documented().to_string()));
    }),
    (&["ownership"], "belong to mParticle's account", |s| s.ownership = Ok(None)),
    (&["bucket-acl", "ownership"], "the ACL grants `READ` to", |s| {
        s.ownership = Ok(Some("ObjectWriter".into()));
        s.grants = Ok(vec![Grant {
            grantee: "http://acs.amazonaws.com/groups/global/AllUsers".into(),
            permission: "READ".into(),
        }]);
    }),
    (&["requester-pays"], "the requester pays", |s| s.requester_pays = Ok(true)),
    (&["policy-status"], "regards the bucket policy as public", |s| s.policy_is_public = Ok(Some(true))),
    (&["object-lock"], "every object is locked for 30 days (COMPLIANCE)", |s| {
        s.object_lock = Ok(Some(ObjectLock { mode: Some("COMPLIANCE".into()), days: 30 }));
    }),
    (&["lifecycle"], "`old` deletes the export, but the bucket keeps the deleted versions for ever", |s| {
        let expiry = Some(Expiry::Days(400));
        s.lifecycle.as_mut().unwrap().push(LifecycleRule { id: "old".into(), expiry, ..LifecycleRule::default() });
    }),
    (&["encryption"], "is an alias or a bare id", |s| {
        let key_id = Some("1234abcd-12ab-34cd-56ef-1234567890ab".into());
        s.encryption = Ok(Some(DefaultEncryption { method: "aws:kms".into(), key_id, bucket_key: true }));
    }),
    (&["encryption"], "`alias/export` is an alias or a bare id", |s| {
        let key_id = Some("alias/export".into());
        s.encryption = Ok(Some(DefaultEncryption { method: "aws:kms".into(), key_id, bucket_key: true }));
    }),
    (&["write"], "NotImplemented (501)", |s| refuse(s, 501, "NotImplemented", "a header that implies functionality")),
    (&["write"], "InvalidRequest (400)", |s| refuse(s, 400, "InvalidRequest", "Content-MD5 is required")),
    (&["write"], "AccessDenied (403)", |s| {
        refuse(
            s,
            403,
            "AccessDenied",
            "not authorized to perform: s3:PutObject on resource: \"r\" with an explicit deny in a resource-based policy",
        );
    }),
    (&["write"], "AccessDenied (403)", |s| {
        refuse(
            s,
            403,
            "AccessDenied",
            "not authorized to perform: kms:GenerateDataKey on resource: \"k\" because no resource-based policy allows the kms:GenerateDataKey action",
        );
    }),
    (&["reader-role"], "[trust-external-id]", |s| {
        let trust = json!({"Version": "2012-10-17", "Statement": [{"Sid": "A", "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::444455556666:root"}, "Action": "sts:AssumeRole"}]});
        s.role.as_mut().unwrap().role.as_mut().unwrap().trust = trust.to_string();
    }),
    (&["encryption"], "aws/s3", |s| {
        s.encryption = Ok(Some(DefaultEncryption { method: "aws:kms".into(), key_id: None, bucket_key: true }));
        s.key = None;
    }),
    (&["encryption"], "`engine.sse_kms_key_id` is `alias/export`, an alias or a bare id", |s| {
        s.expected.settings = settings(
            "mp-forwarding-acme",
            "server_side_encryption_method = \"aws:kms\"\n[engine]\nsse_kms_key_id = \"alias/export\"",
        );
    }),
    (&["encryption"], "objects do not get the bucket's `aws:kms`", |s| {
        s.expected.settings = settings("mp-forwarding-acme", "server_side_encryption_method = \"AES256\"");
        s.key = None;
        s.write.as_mut().unwrap().stored = Ok(Some(StoredEncryption { method: "AES256".into(), key_id: None }));
    }),
    (&["key"], "the key is in `eu-west-1` and the bucket in `us-east-1`", |s| {
        if let Some(KeySnapshot { key: Ok(key), .. }) = &mut s.key {
            key.arn = key.arn.replace("us-east-1", "eu-west-1");
        }
    }),
    (&["lifecycle"], "`old` deletes the export as soon as it is written", |s| {
        let expiry = Some(Expiry::Date("2025-01-01T00:00:00Z".into()));
        s.lifecycle.as_mut().unwrap().push(LifecycleRule { id: "old".into(), expiry, ..LifecycleRule::default() });
    }),
    (&["lifecycle"], "moves the export to GLACIER after 3 days", |s| {
        let archives = vec![(3, "GLACIER".into())];
        s.lifecycle.as_mut().unwrap().push(LifecycleRule { archives, ..LifecycleRule::default() });
    }),
    (&["write"], "KMS.DisabledException (400)", |s| {
        let write = s.write.as_mut().unwrap();
        write.outcome = Err(StoreError::answered("PutObject", "k", 400, Some("KMS.DisabledException"), "disabled"));
        write.stored = Err(Unanswered::NotAsked("no verification object was written".into()));
    }),
    (&["stored"], "expected the encryption `aws:kms`, found AES256", |s| {
        s.expected.settings = settings(
            "mp-forwarding-acme",
            &format!("server_side_encryption_method = \"aws:kms\"\n[engine]\nsse_kms_key_id = \"{KEY}\""),
        );
        s.write.as_mut().unwrap().stored = Ok(Some(StoredEncryption { method: "AES256".into(), key_id: None }));
    }),
];

const BROKEN_BY_USER: &[Broken] = &[
    (&["may-write"], "may not put files", |s| {
        let text = policy(Kind::User, "acme-events").to_string().replace("\"s3:PutObject\"", "\"s3:GetObject\"");
        s.user.as_mut().unwrap().policies = Ok(vec![NamedText { name: "export".into(), text }]);
    }),
    (&["exposure"], "s3:PutBucketPolicy", |s| {
        let text = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Own","Effect":"Allow","Action":"s3:PutBucketPolicy","Resource":"arn:aws:s3:::acme-events"}]}"#;
        s.user.as_mut().unwrap().policies.as_mut().unwrap().push(NamedText { name: "own".into(), text: text.into() });
    }),
    (&["user"], "is the account root's", |s| {
        s.user.as_mut().unwrap().caller = Ok(Caller { arn: "arn:aws:iam::111122223333:root".into() });
    }),
    (&["user-policy"], "requires s3:ListAllMyBuckets", |s| {
        let text = policy(Kind::User, "acme-events").to_string().replace("s3:ListAllMyBuckets", "s3:ListAllMyThings");
        s.user.as_mut().unwrap().policies = Ok(vec![NamedText { name: "export".into(), text }]);
    }),
    (&["access-key"], "is 91 days old, more than the limit of 90", |s| {
        s.user.as_mut().unwrap().keys.as_mut().unwrap()[0].created = Some(days_ago(91));
    }),
    (&["access-key"], "the user has no key `AKIA…MPLE`", |s| s.user.as_mut().unwrap().keys = Ok(Vec::new())),
    (&["boundary"], "does not allow s3:PutObject", |s| {
        let text =
            r#"{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}"#;
        let name = "arn:aws:iam::111122223333:policy/limit".into();
        s.user.as_mut().unwrap().boundary = Ok(Some(NamedText { name, text: text.into() }));
    }),
    (&["simulation"], "explicitDeny", |s| {
        s.user.as_mut().unwrap().simulated.as_mut().unwrap()[1].decision = "explicitDeny".into();
    }),
    (&["ownership"], "the user's policy grants no s3:PutObjectAcl", |s| {
        s.expected.settings.engine.acl = Some(crate::settings::Acl::BucketOwnerFullControl);
    }),
    (&["write"], "AccessDenied (403)", |s| {
        let write = s.write.as_mut().unwrap();
        write.outcome = Err(StoreError::answered("PutObject", "k", 403, Some("AccessDenied"), "no"));
        write.stored = Err(Unanswered::NotAsked("no verification object was written".into()));
    }),
];

/// The published policy, which does not require TLS.
fn documented() -> Value {
    let mut inputs = Inputs::new("mp-forwarding-acme".parse().unwrap());
    inputs.roles = Some(Catalogue::built_in().find("us1").unwrap().roles(Partition::Aws));
    render(Kind::Bucket, Edition::Documented, &inputs).unwrap()
}

#[test]
fn each_fault_is_found_by_its_own_check_alone() {
    let roles = BROKEN_BY_ROLES.iter().map(|broken| (by_roles(), broken));
    let users = BROKEN_BY_USER.iter().map(|broken| (by_user(), broken));
    let mut caught = Vec::new();
    for (mut snapshot, (ids, message, change)) in roles.chain(users) {
        change(&mut snapshot);
        let (checks, findings) = evaluate(&snapshot);
        assert_eq!(failed(&checks), *ids, "{message}: {checks:#?}");
        let is_this = |finding: &&Finding| finding.check == ids[0] && finding.message.contains(message);
        assert!(findings.iter().find(is_this).is_some_and(|one| one.remedy.is_some()), "{message}: {findings:#?}");
        caught.extend_from_slice(ids);
    }
    // Every check that can fail has failed once.
    for check in CHECKS.iter().filter(|check| !["bucket-name", "home-region"].contains(&check.id)) {
        assert!(caught.contains(&check.id), "{}", check.id);
    }
}
